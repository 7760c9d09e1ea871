/* What every page does: the token becomes a cookie, and the first visit is told what it sees. */
'use strict';

const at = id => document.getElementById(id);
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/* An element with a class and a text. */
function make(tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
}

/* A change is made only where something is another than before: the browser then draws less. */
function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/* A canvas in the pixels of the screen, and what to draw with. */
function sized(canvas, height) {
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth;
    canvas.style.height = height + 'px';
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return { pen, width };
}

/* Why a request was refused, for people. */
async function reason(answer) {
    try {
        return (await answer.json()).error;
    } catch {
        return 'the program says ' + answer.status;
    }
}

async function login(token) {
    const answer = await fetch('/api/login', { method: 'POST', body: token });
    return answer.ok ? '' : reason(answer);
}

/* The token of the address, which is then taken out of it. */
async function loginByAddress() {
    const found = /^#token=(.+)$/.exec(location.hash);
    if (found) {
        history.replaceState(null, '', location.pathname);
        at('wrong').textContent = await login(decodeURIComponent(found[1]));
    }
}

function askForToken() {
    at('login').hidden = false;
    at('token').focus();
    at('login').onsubmit = async event => {
        event.preventDefault();
        at('wrong').textContent = await login(at('token').value);
        if (!at('wrong').textContent) location.reload();
    };
}

function welcome(text) {
    say(at('intro'), text);
    at('welcome').hidden = !!localStorage.getItem('welcomed');
    at('got').onclick = () => {
        localStorage.setItem('welcomed', 'yes');
        at('welcome').hidden = true;
        document.querySelector('h1').focus();
    };
}

/* What the program tells of itself (/api/about) goes to `show`. */
async function begin(show) {
    document.querySelector('h1').tabIndex = -1;
    try {
        await loginByAddress();
        const answer = await fetch('/api/about');
        if (answer.status === 401) {
            say(at('state'), 'token wanted');
            askForToken();
            return;
        }
        if (answer.status === 503) { /* it has not begun yet */
            say(at('state'), 'the program is getting ready');
            setTimeout(() => begin(show), 1000);
            return;
        }
        const about = await answer.json();
        say(at('title'), about.title);
        document.title = about.title + ' – Darknet';
        welcome(about.intro);
        show(about);
    } catch {
        say(at('state'), 'the program does not answer');
    }
}
