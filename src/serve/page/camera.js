/* The visitor's camera, or a film or picture of his: frames go to /api/frame one at a time, always the newest, and what
 * comes back is drawn over them. */
'use strict';

const SIDE = 640, QUALITY = .85, MOST_A_SECOND = 15, PAUSE = 1000;
const visitor = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
const sent = document.createElement('canvas');
let run = 0; /* counted up by each start and stop: what belongs to an earlier one ends */
let times = []; /* {at, trip, inside} of the last two seconds' answers */

/* ---- what is drawn ---- */

/* Boxes and names over the picture, which has the canvas's pixels. */
function drawFaces(canvas, faces) {
    const pen = canvas.getContext('2d'), scale = canvas.width / (canvas.clientWidth || canvas.width);
    const size = Math.round(Math.max(14 * scale, canvas.width / 34)); /* 14 pixels of the page at least */
    pen.font = '600 ' + size + 'px system-ui, "DejaVu Sans", sans-serif';
    pen.lineWidth = Math.max(2, canvas.width / 240);
    for (const face of faces) {
        const text = nameOf(face) + ': ' + told(face), width = pen.measureText(text).width + 12;
        const x = Math.max(0, Math.min(face.x, canvas.width - width)), above = face.y > size * 1.6;
        pen.strokeStyle = colourOf(face.label);
        pen.strokeRect(face.x, face.y, face.w, face.h);
        pen.fillStyle = 'rgb(20 20 23 / .82)';
        pen.fillRect(x, above ? face.y - size * 1.6 : face.y, width, size * 1.6);
        pen.fillStyle = '#fff';
        pen.fillText(text, x + 6, (above ? face.y - size * 1.6 : face.y) + size * 1.15);
    }
    canvas.setAttribute('aria-label', faces.map(f => nameOf(f) + ': ' + told(f)).join(', ') || 'Nobody is in view');
}

function show(scene, width, height) {
    const canvas = at('boxes');
    if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
    }
    canvas.getContext('2d').clearRect(0, 0, width, height);
    drawFaces(canvas, scene.faces);
    showFaces(scene);
    speak(scene);
}

function showFigures(answer, trip) {
    const now = performance.now();
    times.push({ at: now, trip, inside: answer.milliseconds });
    times = times.filter(t => t.at > now - 2000);
    const rate = times.length > 1 ? (times.length - 1) / (now - times[0].at) * 1000 : 0;
    const middle = name => times.map(t => t[name]).sort((a, b) => a - b)[times.length >> 1].toFixed(0);
    say(at('state'), 'live, ' + rate.toFixed(1) + ' frames a second');
    say(at('figures'), 'There and back: ' + middle('trip') + ' ms, ' + middle('inside') + ' ms of it in the program'
        + (answer.visitors > 1 ? ', which ' + answer.visitors + ' visitors share.' : '.'));
}

/* ---- frames ---- */

const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

function jpegOf(source, width, height, most) {
    const scale = Math.min(1, most / Math.max(width, height));
    sent.width = Math.max(1, Math.round(width * scale));
    sent.height = Math.max(1, Math.round(height * scale));
    sent.getContext('2d').drawImage(source, 0, 0, sent.width, sent.height);
    return new Promise(done => sent.toBlob(done, 'image/jpeg', QUALITY));
}

async function askFrame(mine) {
    const video = at('camera'), jpeg = await jpegOf(video, video.videoWidth, video.videoHeight, SIDE);
    const began = performance.now();
    const answer = await fetch('/api/frame?visitor=' + visitor, { method: 'POST', body: jpeg });
    if (mine !== run) return;
    if (!answer.ok) {
        say(at('state'), 'waiting');
        notice(await reason(answer));
        await wait(PAUSE);
        return;
    }
    const told = await answer.json();
    if (mine !== run) return;
    notice('');
    show(told.scene, told.about.width, told.about.height);
    showFigures(told.about, performance.now() - began);
}

/* One frame in flight; a page that nobody sees sends none. */
async function sendFrames(mine) {
    const video = at('camera');
    while (mine === run) {
        const began = performance.now();
        if (document.hidden || video.readyState < 2 || video.videoWidth === 0) {
            await wait(100);
            continue;
        }
        if (video.ended) {
            say(at('state'), 'the film has ended');
            return;
        }
        try {
            await askFrame(mine);
        } catch {
            if (mine !== run) return;
            say(at('state'), 'the program has ended or cannot be reached; trying again');
            await wait(PAUSE);
        }
        await wait(Math.max(0, 1000 / MOST_A_SECOND - (performance.now() - began)));
    }
}

/* ---- what is looked at ---- */

const notice = text => say(at('notice'), text);

function halt() {
    const video = at('camera');
    run++;
    times = [];
    if (video.srcObject) for (const track of video.srcObject.getTracks()) track.stop();
    video.srcObject = null;
    if (video.src) URL.revokeObjectURL(video.src);
    video.removeAttribute('src');
    video.load();
    at('boxes').getContext('2d').clearRect(0, 0, at('boxes').width, at('boxes').height);
    at('stage').classList.remove('there', 'own');
    at('start').hidden = false;
    at('stop').hidden = true;
    showFaces({ faces: [], frame: 0 });
    say(at('figures'), '');
    say(at('state'), 'ready');
    notice('');
    return run;
}

async function play(mine) {
    at('stage').classList.add('there');
    at('start').hidden = true;
    at('stop').hidden = false;
    await at('camera').play();
    await sendFrames(mine);
}

/* What to do when there is no camera. */
function whyNoCamera(error) {
    const other = ' Or choose a picture or a film: that works without a camera.';
    const reasons = {
        NotAllowedError: 'The browser may not use the camera here. Allow it for this page (the sign beside the address), then press Start again.',
        NotFoundError: 'No camera was found. Plug one in, then press Start again.',
        NotReadableError: 'The camera is used by another program. Close that, then press Start again.',
    };
    return (reasons[error.name] || 'The camera does not start: ' + error.message + '.') + other;
}

async function startCamera() {
    const mine = halt();
    if (!navigator.mediaDevices) {
        notice('Browsers give the camera only to pages of this machine or over https. Open this page as http://localhost:' + location.port
            + '/ (from elsewhere: ssh -L ' + location.port + ':127.0.0.1:' + location.port + ' ' + location.hostname
            + '), or start the program with -http_cert and -http_key. Or choose a picture or a film: that works without.');
        return;
    }
    say(at('state'), 'asking for the camera');
    try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' } });
        if (mine !== run) {
            for (const track of stream.getTracks()) track.stop();
            return;
        }
        at('camera').srcObject = stream;
        await play(mine);
    } catch (error) {
        if (mine !== run) return;
        halt();
        notice(whyNoCamera(error));
    }
}

async function showFilm(file) {
    const mine = halt();
    at('camera').src = URL.createObjectURL(file);
    try {
        await play(mine);
    } catch {
        halt();
        notice('The browser cannot play ' + file.name + '; MP4 and WebM are what most can.');
    }
}

/* A picture is asked about once, as it is; one that is too large for the program is made smaller. */
async function showPicture(file) {
    const mine = halt(), canvas = at('boxes');
    say(at('state'), 'looking');
    try {
        const picture = await createImageBitmap(file);
        const body = file.size <= about.picture_bytes ? file : await jpegOf(picture, picture.width, picture.height, 4096);
        const began = performance.now(), answer = await fetch('/api/predict', { method: 'POST', body });
        if (mine !== run) return;
        if (!answer.ok) throw new Error(await reason(answer));
        const [told] = await answer.json(), trip = performance.now() - began;
        canvas.width = told.width;
        canvas.height = told.height;
        at('stage').classList.add('there', 'own');
        canvas.getContext('2d').drawImage(picture, 0, 0, told.width, told.height);
        const scene = { frame: 0, faces: told.faces.map((face, i) => ({ ...face, id: i + 1, ...best(face) })) };
        drawFaces(canvas, scene.faces);
        showFaces(scene);
        speak(scene);
        say(at('state'), 'a picture');
        say(at('figures'), 'There and back: ' + trip.toFixed(0) + ' ms.');
    } catch (error) {
        if (mine !== run) return;
        halt();
        notice(file.name + ': ' + error.message);
    }
}

/* The label and scores of what /api/predict says of a face. */
function best(face) {
    if (!face.predictions) return {};
    return {
        label: face.predictions[0].name, probability: face.predictions[0].probability,
        scores: Object.fromEntries(face.predictions.map(p => [p.name, p.probability])),
    };
}

function take(file) {
    if (!file) return;
    if (file.type.startsWith('video/')) showFilm(file);
    else if (file.type.startsWith('image/')) showPicture(file);
    else notice(file.name + ' is no picture and no film that the browser knows.');
}

/* ---- the page ---- */

function setUp() {
    at('start').onclick = startCamera;
    at('stop').onclick = () => { halt(); at('start').focus(); };
    at('choose').onclick = () => at('file').click();
    at('file').onchange = () => { take(at('file').files[0]); at('file').value = ''; };
    document.ondragover = event => { event.preventDefault(); at('stage-card').classList.add('over'); };
    document.ondragleave = () => at('stage-card').classList.remove('over');
    document.ondrop = event => {
        event.preventDefault();
        at('stage-card').classList.remove('over');
        take(event.dataTransfer.files[0]);
    };
}

begin(told => {
    about = told;
    say(at('about'), 'Weights: ' + about.weights + '. Darknet ' + about.version + '.');
    say(at('state'), 'ready');
    at('live').hidden = false;
    setLegend();
    setUp();
});
