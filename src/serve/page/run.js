/* Curves of a run while it grows, or of several that have ended, over one another. */
'use strict';

const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#a84f85', '#e69f00', '#56b4e9', '#8a8a90', '#7a5c00'];
let about, runs = [], status, events, reading = false, drawn = 0;

const text = (figure, value) => value === null || value === undefined || isNaN(value) ? '–'
    : figure && figure.share ? (100 * value).toFixed(2) + ' %' : Math.abs(value) >= .001 || value === 0 ? String(+value.toPrecision(4)) : value.toExponential(2);

function duration(seconds) {
    const s = Math.max(0, Math.round(seconds)), two = n => String(n).padStart(2, '0');
    return s >= 3600 ? Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) + ':' + two(s % 60) : Math.floor(s / 60) + ':' + two(s % 60);
}

const column = (run, name) => run.columns.indexOf(name);
const points = (run, name) => name === null || column(run, name) < 0 ? []
    : run.rows.filter(row => row[column(run, name)] !== null).map(row => [row[column(run, 'epoch')], row[column(run, name)]]);

/* ---- curves ---- */

/* {name, colour, dash, points} of one figure; of a run that goes on, with where it is. */
function curvesOf(figure) {
    const all = [];
    runs.forEach((run, i) => {
        const own = runs.length > 1 ? run.name + ' ' : '', train = points(run, figure.train), valid = points(run, figure.valid);
        if (status && !status.ended && figure.train && status.running[figure.name] !== null && status.running[figure.name] !== undefined)
            train.push([status.epoch, status.running[figure.name]]);
        const colours = runs.length > 1 ? [PALETTE[i % PALETTE.length], PALETTE[i % PALETTE.length]] : [PALETTE[0], PALETTE[1]];
        if (train.length) all.push({ name: own + 'training', colour: colours[0], dash: runs.length > 1, points: train });
        if (valid.length) all.push({ name: own + 'validation', colour: colours[1], dash: false, points: valid });
    });
    return all;
}

const rates = () => runs.map((run, i) => ({ name: runs.length > 1 ? run.name : 'learning rate', colour: PALETTE[i % PALETTE.length], dash: false, points: points(run, 'rate') }))
    .filter(c => c.points.length);

/* A step of 1, 2 or 5 times a power of ten that cuts the range into about so many. */
function stepOf(range, wanted) {
    const raw = range / wanted || 1, power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].map(k => k * power).find(s => s >= raw);
}

function axes(pen, box, low, high, last, figure, style) {
    const step = stepOf(high - low, 4), x = stepOf(last, Math.max(2, Math.min(8, box.w / 70)));
    pen.fillStyle = style.getPropertyValue('--quiet');
    pen.textAlign = 'right';
    for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) {
        const y = Math.round(box.y + box.h * (1 - (v - low) / (high - low)));
        pen.globalAlpha = .25;
        pen.fillRect(box.x, y, box.w, 1);
        pen.globalAlpha = 1;
        pen.fillText(figure && figure.share ? +(100 * v).toFixed(3) + ' %' : String(+v.toPrecision(4)), box.x - 6, y + 4);
    }
    pen.textAlign = 'center';
    for (let e = 0; e <= last; e += Math.max(1, Math.round(x)))
        pen.fillText(String(e), box.x + box.w * e / last, box.y + box.h + 17);
}

function drawCurves(canvas, curves, figure) {
    const { pen, width } = sized(canvas, 230), style = getComputedStyle(document.documentElement);
    const values = curves.flatMap(c => c.points.map(p => p[1]));
    if (!values.length) return;
    const last = Math.max(1, ...curves.flatMap(c => c.points.map(p => p[0])));
    let low = Math.min(...values), high = Math.max(...values);
    if (high === low) { high += Math.abs(high) * .1 || 1; low -= Math.abs(low) * .1; }
    const box = { x: 62, y: 10, w: width - 74, h: 190 };
    pen.font = '12px system-ui, "DejaVu Sans", sans-serif';
    axes(pen, box, low, high, last, figure, style);
    for (const c of curves) {
        pen.strokeStyle = pen.fillStyle = c.colour;
        pen.lineWidth = 2.25;
        pen.setLineDash(c.dash ? [5, 4] : []);
        pen.beginPath();
        const at = p => [box.x + box.w * p[0] / last, box.y + box.h * (1 - (p[1] - low) / (high - low))];
        c.points.forEach((p, i) => i ? pen.lineTo(...at(p)) : pen.moveTo(...at(p)));
        pen.stroke();
        const [x, y] = at(c.points[c.points.length - 1]);
        pen.beginPath();
        pen.arc(x, y, 3.5, 0, 7);
        pen.fill();
    }
    pen.setLineDash([]);
}

/* The chart of this name, made where there is none yet. */
function chartOf(name) {
    let card = [...at('charts').children].find(c => c.dataset.name === name);
    if (!card) {
        card = make('section', 'card');
        card.dataset.name = name;
        card.setAttribute('aria-label', name);
        const canvas = make('canvas');
        canvas.setAttribute('role', 'img');
        card.append(make('h2', '', name), canvas, make('p', 'small'));
        at('charts').append(card);
    }
    return card;
}

function showChart(name, curves, figure) {
    if (!curves.length) return;
    const card = chartOf(name), canvas = card.querySelector('canvas');
    const words = curves.map(c => c.name + ' ' + text(figure, c.points[c.points.length - 1][1])).join(', ');
    drawCurves(canvas, curves, figure);
    canvas.setAttribute('aria-label', name + ' over epochs; now: ' + words);
    say(card.querySelector('p'), words);
}

function showCharts() {
    if (!runs.length) return;
    for (const figure of runs[0].figures) showChart(figure.name, curvesOf(figure), figure);
    showChart('learning rate', rates());
    drawn = performance.now();
}

function showLegend() {
    const rows = runs.length > 1 ? runs.map((run, i) => [run.name, PALETTE[i % PALETTE.length]]) : [['training', PALETTE[0]], ['validation', PALETTE[1]]];
    at('legend').replaceChildren(...rows.map(([name, colour]) => {
        const item = make('li'), swatch = make('i');
        swatch.style.setProperty('--colour', colour);
        item.append(swatch, name);
        return item;
    }), ...(runs.length > 1 ? [make('li', 'quiet', 'whole: validation; broken: training')] : []));
}

/* ---- numbers ---- */

function tableOf(run) {
    const wide = make('div', 'scroll'), table = make('table'), head = make('tr'), body = make('tbody');
    wide.tabIndex = 0;
    wide.setAttribute('role', 'region');
    wide.setAttribute('aria-label', 'Epochs of ' + run.name);
    for (const name of run.columns) {
        const cell = make('th', '', name.replaceAll('_', ' '));
        cell.scope = 'col';
        head.append(cell);
    }
    run.rows.forEach((row, i) => {
        const line = make('tr', i === run.best ? 'best' : '');
        row.forEach((value, k) => line.append(make('td', '', run.columns[k] === 'best' ? (value ? 'yes' : '') : value === null ? '–' : String(+value.toPrecision(6)))));
        body.append(line);
    });
    const top = make('thead');
    top.append(head);
    table.append(make('caption', '', run.name + (run.best >= 0 ? ': best epoch ' + run.rows[run.best][column(run, 'epoch')] : '')), top, body);
    wide.append(table);
    return wide;
}

function showPictures(list, version) {
    for (const picture of list) {
        let card = [...at('pictures').children].find(c => c.dataset.path === picture.path);
        if (!card) {
            card = make('figure', 'card');
            card.dataset.path = picture.path;
            const image = make('img');
            image.alt = picture.about;
            card.append(image, make('figcaption', '', picture.about));
            at('pictures').append(card);
        }
        if (card.dataset.version !== String(version)) {
            card.dataset.version = version;
            card.querySelector('img').src = picture.path + '?' + version;
        }
    }
}

async function readRuns() {
    if (reading) return;
    reading = true;
    const answer = await fetch('/api/runs');
    if (answer.ok) {
        runs = await answer.json();
        showLegend();
        at('tables').replaceChildren(...runs.map(tableOf));
        showCharts();
        const rows = runs[0].rows;
        document.body.dataset.rows = rows.length;
        showPictures(status ? status.pictures : about.pictures, rows.length);
    }
    reading = false;
}

/* ---- a run that goes on ---- */

function showFacts() {
    const s = status;
    const loss = Object.keys(s.running)[0];
    const facts = [['epoch', s.epoch.toFixed(2) + ' of ' + s.epochs], ['step', s.step + ' of ' + s.steps], [loss, text(null, s.running[loss])],
        ['learning rate', text(null, s.rate)], ['images a second', s.images_per_second.toFixed(0)], ['since the begin', duration(s.seconds)],
        ['left', s.ended ? '–' : duration(s.seconds_left)], ['best epoch', s.best_epoch > 0 ? s.best_epoch + ' (' + text(null, s.best) + ')' : '–']];
    const list = at('facts');
    facts.forEach(([name, value], i) => {
        if (!list.children[i]) {
            const pair = make('div');
            pair.append(make('dt'), make('dd'));
            list.append(pair);
        }
        say(list.children[i].firstChild, name);
        say(list.children[i].lastChild, value);
    });
    at('progress').value = s.steps ? s.step / s.steps : 0;
    say(at('state'), s.ended ? 'ended: ' + s.ended : s.stopping ? 'saving and stopping' : 'training');
    at('stop').disabled = s.stopping || !!s.ended;
}

function listen() {
    events = new EventSource('/api/train/events');
    events.onerror = () => {
        if (status && status.ended) events.close();
        else say(at('state'), 'the program has ended or cannot be reached; trying again');
    };
    events.onmessage = event => {
        const before = status ? Math.floor(status.epoch + 1e-6) : -1, ended = status && status.ended;
        status = JSON.parse(event.data);
        showFacts();
        if (!runs.length) showPictures(status.pictures, 0);
        if (Math.floor(status.epoch + 1e-6) !== before || status.ended !== (ended || '') || (runs[0] || { rows: [] }).rows.length < Math.floor(status.epoch + 1e-6)) readRuns();
        else if (performance.now() > drawn + (calm.matches ? 3000 : 500)) showCharts();
    };
    at('stop').onclick = async () => {
        const answer = await fetch('/api/train', { method: 'POST', body: 'stop=1' });
        if (!answer.ok) say(at('why'), await reason(answer));
    };
}

begin(told => {
    about = told;
    at('live').hidden = false;
    at('now').hidden = !about.live;
    at('controls').hidden = !about.controls;
    say(at('why'), about.live && !about.controls ? 'To stop it from here, start the program with -http_token.' : '');
    say(at('about'), (about.live ? about.train_pictures + ' pictures to learn from, ' + about.valid_pictures + ' to validate with, batch ' + about.batch + '. ' : '') + 'Darknet ' + about.version + '.');
    addEventListener('resize', showCharts);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showCharts);
    if (about.live) {
        listen();
    } else {
        say(at('state'), 'finished');
        readRuns();
    }
});
