import en from '../words/en.js';
import zhHans from '../words/zh-Hans.js';

const key = 'parley.language';
const all = { en, 'zh-Hans': zhHans };
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
        words = words[new Intl.PluralRules(current).select(values.count)] ?? words.other;
    }
    return words.replace(/\{(\w+)\}/g, (whole, place) => values[place] ?? whole);
}

/** Whether the language has words of that name. */
export function hasWords(name) {
    return name in en;
}

/** The time of day. */
export function formatTime(date) {
    return new Intl.DateTimeFormat(current, { timeStyle: 'short' }).format(date);
}

/** The day: today, yesterday, or its date. */
export function formatDay(date) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days === 0) return t('today');
    if (days === 1) return t('yesterday');
    return new Intl.DateTimeFormat(current, { dateStyle: 'full' }).format(date);
}

/** Day and time. */
export function formatMoment(date) {
    return new Intl.DateTimeFormat(current, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
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
