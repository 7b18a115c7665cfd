// Draws the events of the stack on the map, and limits the length of the list.
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
		when: cell.dataset.when,
		fresh: cell.classList.contains('fresh'),
		symbolSize: size(Number(cell.dataset.magnitude)),
		itemStyle: { color: colour(`--${cell.classList[0]}`) }
	}));

	let drawn = null;

	const draw = () => {
		const stack = document.getElementById('stack');
		if (drawn === stack.dataset.drawn) {
			return;
		}
		drawn = stack.dataset.drawn;
		const quakes = held().sort((one, other) => other.magnitude - one.magnitude);
		const ripples = calm ? [] : quakes.filter((quake) => quake.fresh).slice(0, RIPPLES);
		chart.setOption({ series: [{ data: quakes }, { data: ripples }] });
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
		draw();
		document.body.addEventListener('htmx:afterSettle', draw);
	};

	fetch(element.dataset.land).then((response) => response.json()).then(start);
	addEventListener('resize', () => chart.resize());

	const feed = document.getElementById('feed');

	// When the list is full, each new event removes the last one. The button "older" brings it back.
	document.body.addEventListener('htmx:oobBeforeSwap', (event) => {
		if (event.detail.target === feed) {
			const surplus = feed.children.length + event.detail.fragment.querySelectorAll('li').length - MAX_LISTED;
			const arrived = event.detail.fragment.querySelectorAll('li').length;
			for (let left = Math.min(surplus, arrived); left > 0 && feed.lastElementChild; left--) {
				feed.lastElementChild.remove();
			}
		}
	});

	document.body.addEventListener('htmx:configRequest', (event) => {
		if (event.detail.elt.id === 'older' && feed.lastElementChild) {
			event.detail.parameters.append('than', feed.lastElementChild.dataset.position);
		}
	});

	const answers = (yes) => () => document.body.classList.toggle('offline', !yes);
	document.body.addEventListener('htmx:sendError', answers(false));
	document.body.addEventListener('htmx:responseError', answers(false));
	document.body.addEventListener('htmx:afterOnLoad', answers(true));
})();
