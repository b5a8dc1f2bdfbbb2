import { h } from '../core/dom.js';
import { t } from '../core/language.js';
import { icon } from './icons.js';

/** A page beside the list of rooms: a head with its title, and sections. */
export function page(title, ...content) {
    return {
        title: () => title,
        element: h('div', { class: 'page' },
            h('header', { class: 'page-header' },
                h('a', { href: '#/', class: 'back', 'aria-label': t('back') }, icon('back')),
                h('div', { class: 'page-title' }, h('h1', { tabindex: '-1' }, title))),
            h('div', { class: 'page-body' }, content)),
    };
}

/** A part of a page. */
export function section(title, ...content) {
    return h('section', { class: 'section' }, h('h2', {}, title), content);
}

/** A table; on a narrow screen each row becomes a card, with the heads as labels. */
export function table(label, heads, rows) {
    if (!rows.length) return h('p', { class: 'hint' }, t('none'));
    return h('table', { 'aria-label': label },
        h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, rows.map((cells) => h('tr', {},
            cells.map((cell, index) => h('td', { 'data-label': heads[index] }, cell))))));
}

/** Buttons behind three dots; nothing where there are none. Escape and a press elsewhere close it. */
export function menu(words, items) {
    const shown = items.filter(Boolean);
    if (!shown.length) return null;
    const details = h('details', { class: 'menu' }, h('summary', { 'aria-label': words, title: words }, '⋯'),
        h('div', { class: 'menu-items' }, shown));
    const elsewhere = ({ target }) => {
        if (!details.contains(target)) details.open = false;
    };
    details.addEventListener('toggle', () => {
        if (details.open) document.addEventListener('pointerdown', elsewhere);
        else document.removeEventListener('pointerdown', elsewhere);
    });
    details.addEventListener('click', ({ target }) => {
        if (target.closest('.menu-items button')) details.open = false;
    });
    details.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || !details.open) return;
        event.preventDefault();
        details.open = false;
        details.querySelector('summary').focus();
    });
    return details;
}
