import { h } from '../core/dom.js';
import { inline } from './inline.js';

const fence = /^ {0,3}```\s*([\w+#.-]{0,30})\s*$/;
const quote = /^> ?/;
const bullet = /^ {0,3}[-*+] +/;
const number = /^ {0,3}(\d{1,9})[.)] +/;
const mostDeep = 4;
/** One to three emoji alone are shown large. */
const few = /^(?:\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)*\s*){1,3}$/u;

/**
 * A message's text as elements: paragraphs, quotes, lists and blocks of code, with `inline` inside. Built of elements
 * and text nodes alone, so that nothing a person wrote can become markup.
 */
export function markdown(text, mentioned = () => null) {
    if (few.test(text)) return [h('p', { class: 'large' }, text.trim())];
    return blocks(text.split('\n'), mentioned, 0);
}

function blocks(lines, mentioned, depth) {
    const nodes = [];
    let at = 0;
    while (at < lines.length) {
        const line = lines[at];
        const code = fence.exec(line);
        const last = code ? lines.findIndex((other, index) => index > at && /^ {0,3}```\s*$/.test(other)) : -1;
        if (last > at) {
            nodes.push(h('pre', { tabindex: '0', dir: 'ltr' }, h('code', { 'data-language': code[1] || null },
                lines.slice(at + 1, last).join('\n'))));
            at = last + 1;
        } else if (quote.test(line) && depth < mostDeep) {
            const end = endOf(lines, at, quote);
            const inner = lines.slice(at, end).map((other) => other.replace(quote, ''));
            nodes.push(h('blockquote', {}, blocks(inner, mentioned, depth + 1)));
            at = end;
        } else if (bullet.test(line)) {
            const end = endOf(lines, at, bullet);
            nodes.push(h('ul', {}, items(lines.slice(at, end), bullet, mentioned)));
            at = end;
        } else if (number.test(line)) {
            const end = endOf(lines, at, number);
            nodes.push(h('ol', { start: number.exec(line)[1] }, items(lines.slice(at, end), number, mentioned)));
            at = end;
        } else if (!line.trim()) {
            at += 1;
        } else {
            let end = at + 1;
            while (end < lines.length && lines[end].trim() && !starts(lines[end], depth)) end += 1;
            nodes.push(h('p', { dir: 'auto' }, inline(lines.slice(at, end).join('\n'), mentioned)));
            at = end;
        }
    }
    return nodes;
}

function starts(line, depth) {
    return (quote.test(line) && depth < mostDeep) || bullet.test(line) || number.test(line) || fence.test(line);
}

function endOf(lines, start, pattern) {
    let end = start + 1;
    while (end < lines.length && pattern.test(lines[end])) end += 1;
    return end;
}

function items(lines, pattern, mentioned) {
    return lines.map((line) => h('li', { dir: 'auto' }, inline(line.replace(pattern, ''), mentioned)));
}
