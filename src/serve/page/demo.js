/* The live picture, the bars of each face and the last minute, as /api/demo/events tells them. */
'use strict';

const MINUTE = 60, LANES = 8;
let events, newest, drawn = 0;
let past = []; /* {time, faces: [{id, label, share}]} */

/* ---- the last minute ---- */

function remember(scene) {
    if (past.length && scene.time < past[past.length - 1].time) past = [];
    if (past.length && scene.time === past[past.length - 1].time) return;
    past.push({ time: scene.time, faces: scene.faces.map(f => ({ id: f.id, label: f.label, share: f.probability })) });
    while (past[0].time < scene.time - MINUTE) past.shift();
}

function drawAxis(pen, left, width, top, style) {
    pen.fillStyle = pen.strokeStyle = style.getPropertyValue('--quiet');
    const step = width < 480 ? 30 : 15;
    for (let s = 0; s <= MINUTE; s += step) {
        const x = left + (width - left - 1) * (1 - s / MINUTE);
        pen.globalAlpha = .35;
        pen.fillRect(x, 0, 1, top);
        pen.globalAlpha = 1;
        pen.textAlign = s === 0 ? 'right' : s === MINUTE ? 'left' : 'center';
        pen.fillText(s === 0 ? 'now' : '−' + s + ' s', x, top + 15);
    }
}

function drawLanes(pen, ids, left, width, end, style) {
    const x = time => Math.round(left + (width - left) * (1 - (end - time) / MINUTE));
    ids.forEach((id, lane) => {
        pen.globalAlpha = 1;
        pen.fillStyle = style.getPropertyValue('--text');
        pen.textAlign = 'left';
        pen.fillText(about.thing + ' ' + id, 0, 26 * lane + 17);
        for (let i = 0; i < past.length; i++) {
            const face = past[i].faces.find(f => f.id === id);
            if (!face || !face.label) continue;
            const until = i + 1 < past.length ? past[i + 1].time : end;
            pen.globalAlpha = .25 + .75 * face.share;
            pen.fillStyle = colourOf(face.label);
            pen.fillRect(x(past[i].time), 26 * lane + 3, x(until) - x(past[i].time), 20);
        }
    });
    pen.globalAlpha = 1;
}

/* Seconds of each label by face, as words. */
function minuteInWords(ids) {
    return ids.map(id => {
        const seconds = {};
        for (let i = 0; i + 1 < past.length; i++) {
            const face = past[i].faces.find(f => f.id === id);
            if (face && face.label) seconds[face.label] = (seconds[face.label] || 0) + past[i + 1].time - past[i].time;
        }
        const best = Object.entries(seconds).sort((a, b) => b[1] - a[1]).slice(0, 3);
        return about.thing + ' ' + id + ': ' + (best.map(([name, s]) => name + ' ' + s.toFixed(0) + ' s').join(', ') || 'not named');
    }).join('; ') || 'Nothing was seen';
}

function drawTimeline() {
    if (!past.length || performance.now() < drawn + (calm.matches ? 1000 : 200)) return;
    drawn = performance.now();
    const canvas = at('timeline'), style = getComputedStyle(document.documentElement);
    const seen = new Set(past.flatMap(p => p.faces.map(f => f.id)));
    const ids = [...seen].sort((a, b) => a - b).slice(-LANES), rows = Math.max(1, ids.length);
    const { pen, width } = sized(canvas, 26 * rows + 22), left = 76;
    pen.font = '13px system-ui, "DejaVu Sans", sans-serif';
    drawAxis(pen, left, width, 26 * rows, style);
    drawLanes(pen, ids, left, width, past[past.length - 1].time, style);
    canvas.setAttribute('aria-label', 'The last minute. ' + minuteInWords(ids));
}

/* ---- what the program does ---- */

function showState(scene, state) {
    say(at('state'), state.paused ? 'paused' : 'live, ' + state.fps.toFixed(1) + ' frames a second');
    say(at('caption'), 'frame ' + scene.frame + ', ' + scene.time.toFixed(1) + ' s');
    say(at('said'), state.said);
    for (const button of document.querySelectorAll('[data-state]'))
        button.setAttribute('aria-pressed', String(!!state[button.dataset.state]));
}

async function change(text) {
    const answer = await fetch('/api/demo', { method: 'POST', body: text });
    if (!answer.ok) say(at('said'), await reason(answer));
}

function setControls() {
    at('controls').hidden = !about.controls;
    say(at('why'), about.controls ? '' : '. To pause, mirror or pixelate from here, start the program with -http_token.');
    for (const button of document.querySelectorAll('[data-state]'))
        button.onclick = () => change(button.dataset.state + '=' + (button.getAttribute('aria-pressed') === 'true' ? 0 : 1));
    at('snapshot').onclick = () => change('snapshot=1');
}

/* ---- the connection ---- */

function show() {
    const { scene, state } = newest;
    showState(scene, state);
    showFaces(scene);
    speak(scene);
    drawTimeline();
}

function connect() {
    const video = at('video');
    events = new EventSource('/api/demo/events');
    events.onopen = () => { video.src = '/video?' + Date.now(); };
    events.onerror = () => say(at('state'), 'the program has ended or cannot be reached; trying again');
    events.onmessage = event => {
        const waiting = newest !== undefined;
        newest = JSON.parse(event.data);
        remember(newest.scene);
        if (!waiting) requestAnimationFrame(() => { show(); newest = undefined; });
    };
    video.onload = () => video.classList.add('there');
}

/* A page that nobody sees asks for nothing. */
function sleepWhenHidden() {
    document.addEventListener('visibilitychange', () => {
        if (document.hidden) {
            events.close();
            at('video').removeAttribute('src');
        } else {
            newest = undefined;
            connect();
        }
    });
}

begin(told => {
    about = told;
    say(at('about'), 'Source: ' + about.source + '. Weights: ' + about.weights + '. Darknet ' + about.version + '.');
    at('live').hidden = false;
    setControls();
    setLegend();
    connect();
    sleepWhenHidden();
});
