// Draws the events of the stack on the map and over time, and limits the length of the list.
(() => {
	'use strict';

	const MAX_LISTED = 300;
	const RIPPLES = 3;

	const style = getComputedStyle(document.documentElement);
	const colour = (name) => style.getPropertyValue(name).trim();
	const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

	const element = document.getElementById('map');
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

	const held = () => [...document.querySelectorAll('#stack [data-lon]')].map((cell) => ({
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

	let drawn = null;
	let mapped = false;

	const redraw = () => {
		const quakes = held().sort((one, other) => other.magnitude - one.magnitude);
		if (mapped) {
			const ripples = calm ? [] : quakes.filter((quake) => quake.fresh).slice(0, RIPPLES);
			chart.setOption({ series: [{ data: quakes }, { data: ripples }] });
		}
		plot(quakes);
		return quakes;
	};

	const draw = () => {
		const stack = document.getElementById('stack');
		if (drawn !== stack.dataset.drawn) {
			drawn = stack.dataset.drawn;
			announce(redraw().filter((quake) => quake.fresh));
		}
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
		redraw();
	};

	draw();
	document.body.addEventListener('htmx:afterSettle', draw);
	fetch(element.dataset.land).then((response) => response.json()).then(start);
	addEventListener('resize', () => {
		chart.resize();
		redraw();
	});

	const feed = document.getElementById('feed');

	// When the list is full, each new event removes the last one.
	document.body.addEventListener('htmx:oobBeforeSwap', (event) => {
		if (event.detail.target === feed) {
			const surplus = feed.children.length + event.detail.fragment.querySelectorAll('li').length - MAX_LISTED;
			const arrived = event.detail.fragment.querySelectorAll('li').length;
			for (let left = Math.min(surplus, arrived); left > 0 && feed.lastElementChild; left--) {
				feed.lastElementChild.remove();
			}
		}
	});

	const connection = document.getElementById('connection');
	const answers = (yes) => () => {
		const text = yes ? '' : connection.dataset.lost;
		if (connection.textContent !== text) {
			connection.textContent = text;
		}
	};
	document.body.addEventListener('htmx:sendError', answers(false));
	document.body.addEventListener('htmx:responseError', answers(false));
	document.body.addEventListener('htmx:afterOnLoad', answers(true));
})();
