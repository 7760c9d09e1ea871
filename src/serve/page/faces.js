/* Faces as a list of bars, and said aloud: for pages that tell of them. */
'use strict';

const BARS = 8;
let about, spoken = {}, spokenAt = 0;

const percent = share => Math.round(100 * share) + ' %';
const colourOf = name => (about.classes.find(c => c.name === name) || { colour: '#808080' }).colour;
const nameOf = face => about.thing[0].toUpperCase() + about.thing.slice(1) + ' ' + face.id;

/* ---- bars ---- */

function newFace(face) {
    const item = make('li');
    item.dataset.id = face.id;
    const line = make('div', 'line');
    line.append(make('h3', '', nameOf(face)), make('p', 'label'));
    item.append(line, make('ul', 'bars'));
    return item;
}

/* All classes in their order; of many, the best. */
function shownClasses(scores) {
    const names = about.classes.map(c => c.name);
    return names.length <= BARS ? names : names.sort((a, b) => scores[b] - scores[a]).slice(0, BARS);
}

function showBars(list, face) {
    const names = face.scores ? shownClasses(face.scores) : [];
    while (list.children.length > names.length) list.lastChild.remove();
    names.forEach((name, i) => {
        let row = list.children[i];
        if (!row) {
            row = make('li');
            const bar = make('span', 'bar');
            bar.append(make('i'));
            row.append(make('span'), bar, make('span'));
            list.append(row);
        }
        row.className = name === face.label ? 'best' : '';
        row.children[1].style.setProperty('--colour', colourOf(name));
        row.children[1].firstChild.style.setProperty('--share', face.scores[name]);
        say(row.children[0], name);
        say(row.children[2], percent(face.scores[name]));
    });
}

const told = face => face.label ? face.label + ' ' + percent(face.probability) : face.note || 'not named yet';

function showFaces(scene) {
    const list = at('faces');
    for (const item of [...list.children])
        if (!scene.faces.some(f => String(f.id) === item.dataset.id)) item.remove();
    for (const face of [...scene.faces].sort((a, b) => a.id - b.id)) {
        let item = [...list.children].find(i => i.dataset.id === String(face.id));
        if (!item) list.insertBefore(item = newFace(face), [...list.children].find(i => i.dataset.id > face.id) || null);
        say(item.querySelector('.label'), told(face));
        showBars(item.querySelector('.bars'), face);
    }
    list.dataset.frame = scene.frame;
    at('nobody').hidden = scene.faces.length > 0;
}

/* Changes of labels, at most every three seconds, for who listens. */
function speak(scene) {
    const now = performance.now();
    const labels = Object.fromEntries(scene.faces.map(f => [nameOf(f), f.label || f.note || '']));
    if (now < spokenAt + 3000 || JSON.stringify(labels) === JSON.stringify(spoken)) return;
    const texts = Object.entries(labels).filter(([name, label]) => label && spoken[name] !== label)
        .map(([name, label]) => name + ': ' + label);
    for (const name in spoken) if (!(name in labels)) texts.push(name + ' has left');
    spoken = labels;
    spokenAt = now;
    if (texts.length) say(at('spoken'), texts.join(', '));
}

function setLegend() {
    for (const c of about.classes.slice(0, 40)) {
        const item = make('li'), swatch = make('i');
        swatch.style.setProperty('--colour', c.colour);
        item.append(swatch, c.name);
        at('legend').append(item);
    }
}
