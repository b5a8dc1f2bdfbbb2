import en from '../words/en.js';
import zhHans from '../words/zh-Hans.js';

const key = 'parley.language';
const all = { en, 'zh-Hans': zhHans };
/** Making one is slow. */
const plurals = {};
let current = choose();
apply();

/** The languages that there are: their codes and what they call themselves. */
export const languages = Object.entries(all).map(([code, words]) => ({ code, name: words.language }));

/** The code of the language in use. */
export function language() {
    return current;
}

/** Uses another language from now on; views have to be drawn anew. */
export function setLanguage(code) {
    current = code;
    localStorage.setItem(key, code);
    apply();
}

/** The words of a name, with `{placeholders}` filled in. A word with plural forms takes that of `values.count`. */
export function t(name, values = {}) {
    let words = all[current][name] ?? en[name] ?? name;
    if (typeof words === 'object') {
        plurals[current] ??= new Intl.PluralRules(current);
        words = words[plurals[current].select(values.count)] ?? words.other;
    }
    return words.replace(/\{(\w+)\}/g, (whole, place) => values[place] ?? whole);
}

/** Whether the language has words of that name. */
export function hasWords(name) {
    return name in en;
}

/** Making one is slow, and every message needs one. */
const formats = new Map();
function format(options) {
    const name = `${current} ${JSON.stringify(options)}`;
    if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(current, options));
    return formats.get(name);
}

/** The time of day. */
export function formatTime(date) {
    return format({ timeStyle: 'short' }).format(date);
}

/** The day: today, yesterday, or its date. */
export function formatDay(date) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days === 0) return t('today');
    if (days === 1) return t('yesterday');
    return format({ dateStyle: 'full' }).format(date);
}

/** Day and time. */
export function formatMoment(date) {
    return format({ dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** A number of bytes, in the unit that fits. */
export function formatSize(bytes) {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
    return new Intl.NumberFormat(current, {
        style: 'unit', unit: units[step], unitDisplay: step ? 'short' : 'long', maximumFractionDigits: bytes < 10 ** (3 * step + 1) ? 1 : 0,
    }).format(bytes / 1000 ** step);
}

function choose() {
    const chosen = localStorage.getItem(key);
    if (chosen in all) return chosen;
    for (const wish of navigator.languages) {
        if (wish.toLowerCase().startsWith('zh')) return 'zh-Hans';
        if (wish.toLowerCase().startsWith('en')) return 'en';
    }
    return 'en';
}

function apply() {
    document.documentElement.lang = current;
}
