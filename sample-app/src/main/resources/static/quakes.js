// Shows the events as they arrive, and draws those of the stack on the map and over time.
(() => {
	'use strict';

	const MAX_LISTED = 300;
	const RIPPLES = 3;

	const style = getComputedStyle(document.documentElement);
	const colour = (name) => style.getPropertyValue(name).trim();
	const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

	const element = document.getElementById('map');
	const stack = document.getElementById('stack');
	const chart = echarts.init(element);

	// The size grows faster than the magnitude, like the energy, so the few strong events stand out.
	const size = (magnitude) => {
		const scale = Math.min(1, Math.max(0.55, element.clientWidth / 760));
		return scale * (5 + 1.1 * Math.pow(Math.max(0, magnitude), 1.75));
	};

	const tooltip = (point) => {
		const box = document.createElement('div');
		const place = document.createElement('strong');
		place.textContent = point.data.place;
		box.append(place, document.createElement('br'), `magnitude ${point.data.magnitude}, ${point.data.when}`);
		return box;
	};

	const held = () => [...stack.querySelectorAll('[data-lon]')].map((cell) => ({
		value: [Number(cell.dataset.lon), Number(cell.dataset.lat)],
		magnitude: Number(cell.dataset.magnitude),
		place: cell.dataset.place,
		time: Number(cell.dataset.time),
		strength: cell.classList[0],
		when: cell.dataset.when,
		fresh: cell.classList.contains('fresh'),
		symbolSize: size(Number(cell.dataset.magnitude)),
		itemStyle: { color: colour(`--${cell.classList[0]}`) }
	}));

	// The magnitudes over time.

	const svg = document.getElementById('plot');
	const MARGIN = { left: 28, right: 10, top: 8, bottom: 22 };
	const HOUR = 3600000;

	const add = (name, attributes, text) => {
		const child = document.createElementNS('http://www.w3.org/2000/svg', name);
		Object.entries(attributes).forEach(([key, value]) => child.setAttribute(key, value));
		if (text) {
			child.textContent = text;
		}
		svg.append(child);
	};

	const tickHours = (hours) => [1, 2, 3, 6, 12, 24, 48].find((step) => hours / step <= 8) ?? 96;

	const clock = new Intl.DateTimeFormat('en', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
	const day = new Intl.DateTimeFormat('en', { timeZone: 'UTC', day: 'numeric', month: 'short' });
	const tickText = (time) => (time % (24 * HOUR) === 0 ? day : clock).format(time);

	const plot = (quakes) => {
		svg.replaceChildren();
		if (quakes.length === 0) {
			return;
		}
		const { clientWidth: width, clientHeight: height } = svg;
		const times = quakes.map((quake) => quake.time);
		const [from, to] = [Math.min(...times), Math.max(...times) + 1];
		const strongest = quakes[0].magnitude;
		const top = Math.max(5, Math.ceil(strongest));
		const x = (time) => MARGIN.left + (time - from) / (to - from) * (width - MARGIN.left - MARGIN.right);
		const y = (magnitude) => MARGIN.top + (1 - Math.max(0, magnitude) / top) * (height - MARGIN.top - MARGIN.bottom);
		for (let magnitude = 0; magnitude <= top; magnitude++) {
			add('line', { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(magnitude), y2: y(magnitude) });
			add('text', { x: MARGIN.left - 8, y: y(magnitude) + 4, 'text-anchor': 'end' }, String(magnitude));
		}
		const step = tickHours((to - from) / HOUR) * HOUR;
		for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
			add('text', { x: x(time), y: height - 4, 'text-anchor': 'middle' }, tickText(time));
		}
		[...quakes].reverse().forEach((quake) => add('circle',
			{ cx: x(quake.time), cy: y(quake.magnitude), r: 2.5 + Math.max(0, quake.magnitude) * 0.8, class: quake.strength }));
		svg.setAttribute('aria-label', `Magnitudes of the ${quakes.length} events on the stack over time. `
			+ `The strongest has magnitude ${strongest}: ${quakes[0].place}.`);
	};

	// What a screen reader says of new events, now and then.

	const QUIET = 15000;

	const news = document.getElementById('news');
	let unsaid = [];
	let saying = null;

	const announce = (quakes) => {
		unsaid.push(...quakes);
		if (unsaid.length > 0 && saying === null) {
			const [strongest] = unsaid.sort((one, other) => other.magnitude - one.magnitude);
			news.textContent = (unsaid.length === 1 ? 'A new event' : `${unsaid.length} new events, the strongest`)
				+ `: magnitude ${strongest.magnitude}, ${strongest.place}`;
			unsaid = [];
			saying = setTimeout(() => {
				saying = null;
				announce([]);
			}, QUIET);
		}
	};

	let mapped = false;

	const draw = () => {
		const quakes = held().sort((one, other) => other.magnitude - one.magnitude);
		if (mapped) {
			const ripples = calm ? [] : quakes.filter((quake) => quake.fresh).slice(0, RIPPLES);
			chart.setOption({ series: [{ data: quakes }, { data: ripples }] });
		}
		plot(quakes);
	};

	const start = (land) => {
		echarts.registerMap('land', land);
		chart.setOption({
			animation: false,
			tooltip: { trigger: 'item', confine: true, formatter: tooltip },
			geo: {
				map: 'land', silent: true, aspectScale: 1, boundingCoords: [[-180, 84], [180, -68]],
				left: 4, right: 4, top: 0, bottom: 0,
				itemStyle: { areaColor: colour('--land'), borderColor: colour('--coast'), borderWidth: 0.6 }
			},
			series: [
				{ type: 'scatter', coordinateSystem: 'geo', itemStyle: { opacity: 0.8, borderColor: colour('--card'), borderWidth: 0.5 } },
				{ type: 'effectScatter', coordinateSystem: 'geo', silent: true, rippleEffect: { scale: 4, brushType: 'stroke' } }
			]
		});
		mapped = true;
		draw();
	};

	draw();
	fetch(element.dataset.land).then((response) => response.json()).then(start);
	addEventListener('resize', () => {
		chart.resize();
		draw();
	});

	// An event that arrives goes to the list, to its cell on the stack, and to its region. The rest is drawn a little later,
	// for all that have arrived by then.

	const PAUSE = 200;
	const MAX_FALLEN = 4;

	const feed = document.getElementById('feed');
	const layers = stack.querySelector('.layers');
	const regions = document.getElementById('regions');
	const { maxLayers, maxLength } = stack.dataset;

	const made = (template) => document.getElementById(template).content.firstElementChild.cloneNode(true);
	const set = (parent, selector, text) => {
		parent.querySelector(selector).textContent = text;
	};

	const list = (position, { quake, strength, magnitude, when, depth }) => {
		const line = made('new-quake');
		line.dataset.position = position;
		line.querySelector('b').classList.add(strength);
		set(line, 'b', magnitude);
		set(line, '.place', quake.place);
		set(line, '.when', when);
		set(line, '.depth', depth);
		set(line, 'em', quake.type);
		if (quake.type === 'earthquake') {
			line.querySelector('.type').remove();
		}
		set(line, 'code', position);
		line.classList.add('added');
		feed.prepend(line);
		if (feed.children.length > MAX_LISTED) {
			feed.lastElementChild.remove();
		}
	};

	const fall = (layer) => {
		const archive = stack.querySelector('.archive');
		const archived = Number(layer.dataset.generation) + 1;
		layer.remove();
		set(archive, 'b', archived);
		archive.querySelector('.pile').style.setProperty('--layers', archived);
		const falling = archive.querySelectorAll('.fallen').length;
		if (!calm && falling < MAX_FALLEN) {
			const block = document.createElement('i');
			block.className = 'fallen';
			block.textContent = layer.dataset.generation;
			block.style.setProperty('--order', falling);
			block.addEventListener('animationend', () => block.remove());
			archive.append(block);
		}
	};

	const opened = (generation) => {
		const layer = made('new-layer');
		layer.dataset.generation = generation;
		layer.querySelector('.cells').append(...Array.from({ length: maxLength }, () => {
			const cell = document.createElement('i');
			cell.className = 'free';
			return cell;
		}));
		set(layer, 'b', generation);
		layers.prepend(layer);
		if (layers.children.length > maxLayers) {
			const last = layers.lastElementChild;
			if (last.dataset.generation) {
				fall(last);
			}
			else {
				last.remove();
			}
		}
		return layer;
	};

	const place = (position, { quake, strength, magnitude, when }) => {
		const [generation, index] = position.split('-');
		const layer = layers.querySelector(`[data-generation="${generation}"]`) ?? opened(generation);
		const cell = layer.querySelector('.cells').children[index];
		cell.className = `${strength} fresh`;
		cell.title = `${position} · ${magnitude} · ${quake.place}`;
		Object.assign(cell.dataset,
			{ lon: quake.longitude, lat: quake.latitude, magnitude: quake.magnitude, time: quake.time, when, place: quake.place });
		const length = Number(index) + 1;
		layer.classList.toggle('sealed', length >= maxLength);
		set(layer, 'small', length >= maxLength ? 'sealed' : `${length} of ${maxLength}`);
	};

	const rows = new Map([...regions.rows].map((row) => [row.cells[0].textContent, row]));

	const count = ({ region, strongest, count }) => {
		if (!rows.has(region)) {
			rows.set(region, made('new-region'));
		}
		[region, strongest.toFixed(1), count].forEach((text, n) => {
			rows.get(region).cells[n].textContent = text;
		});
	};

	const rank = () => {
		const number = (row, n) => Number(row.cells[n].textContent);
		regions.append(...[...rows.values()].sort((one, other) => number(other, 1) - number(one, 1)
			|| number(other, 2) - number(one, 2) || (one.cells[0].textContent < other.cells[0].textContent ? -1 : 1)));
		const total = [...rows.values()].reduce((sum, row) => sum + number(row, 2), 0);
		document.getElementById('total').textContent = `${total.toLocaleString('en')} recorded`;
		document.getElementById('region-count').textContent = `strongest of ${rows.size}`;
	};

	let arrived = [];

	const settle = () => {
		const quakes = arrived;
		arrived = [];
		rank();
		draw();
		announce(quakes);
		document.querySelectorAll('#feed .added').forEach((line) => line.classList.remove('added'));
		document.body.dispatchEvent(new Event('arrived'));
	};

	const arrive = (position, live) => {
		if (arrived.length === 0) {
			stack.querySelectorAll('.fresh').forEach((cell) => cell.classList.remove('fresh'));
		}
		list(position, live);
		place(position, live);
		count(live.region);
		if (arrived.push({ magnitude: live.quake.magnitude, place: live.quake.place }) === 1) {
			setTimeout(settle, PAUSE);
		}
	};

	// The stream of events. A browser connects again by itself, and tells the last event that it got. If it gives up, since
	// something between answers for the application, the page tries again.

	const AGAIN = 3000;

	const connection = document.getElementById('connection');
	let cursor = stack.dataset.cursor;

	const listen = () => {
		const events = new EventSource(`${stack.dataset.events}?start=${cursor}`);
		events.onopen = () => {
			connection.textContent = '';
		};
		events.onmessage = ({ lastEventId, data }) => {
			cursor = lastEventId;
			arrive(lastEventId, JSON.parse(data));
		};
		['expired', 'ahead'].forEach((problem) => events.addEventListener(problem, () => {
			events.close();
			location.reload();
		}));
		events.onerror = () => {
			connection.textContent = connection.dataset.lost;
			if (events.readyState === EventSource.CLOSED) {
				setTimeout(listen, AGAIN);
			}
		};
	};

	listen();
})();
