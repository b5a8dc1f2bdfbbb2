import { svg } from '../core/dom.js';

/** Lines on a field of 24 × 24. */
const paths = {
    attach: 'M20 11.5 12 19.4a5 5 0 0 1-7-7l8.5-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.6 1.6 0 0 1-2.3-2.3l7.6-7.6',
    back: 'M15 5l-7 7 7 7',
    close: 'M6 6l12 12M18 6 6 18',
    copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
    delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
    edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
    file: 'M6 3h8l4 4v14H6zM14 3v4h4',
    people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 4.5a3.3 3.3 0 0 1 0 6M18 14.5c2 .8 3.2 2.700 3.200 5.500',
    react: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 10v.5M15 10v.5M8.500 14.500c1.800 2.300 5.200 2.300 7 0',
    reply: 'M10 6 4 12l6 6M4 12h9c4 0 7 2 7 7',
    search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
    send: 'M4 12 20 4l-6 16-3-7zM11 13l9-9',
    settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
};

/** A drawing beside or instead of words; the words are on what holds it. */
export function icon(name) {
    return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
        svg('path', { d: paths[name] }));
}
