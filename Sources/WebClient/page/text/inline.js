import { h } from '../core/dom.js';

const mostDeep = 6;
const addressStart = /https?:\/\//y;
const address = /https?:\/\/[^\s<>"'`]+/y;
const label = /\[([^\]\n]{1,200})\]\((https?:\/\/[^\s<>"'`)]+)\)/y;
const mention = /@([a-z0-9][a-z0-9._-]{0,31})/y;
const word = /[\p{L}\p{N}_]/u;

/** The marks around a stretch of text, the longer first. */
const marks = [['**', 'strong'], ['__', 'strong'], ['~~', 's'], ['*', 'em'], ['_', 'em']];

/**
 * A line's text as nodes: **bold**, *italic*, ~~struck~~, `code`, links, web addresses and @mentions. Everything else
 * is text, and all of it ends up in text nodes. `mentioned(user)` makes the element of a mention.
 */
export function inline(text, mentioned, depth = 0) {
    const nodes = [];
    // Marks of which no other half is to come: looked for once.
    const hopeless = new Set();
    let plain = '';
    let at = 0;

    function put(node, end) {
        if (plain) nodes.push(plain);
        plain = '';
        nodes.push(node);
        at = end;
    }

    while (at < text.length) {
        const character = text[at];
        const found = character === '`' ? code(text, at, hopeless)
            : character === 'h' ? link(text, at)
                : character === '[' ? labelled(text, at)
                    : character === '@' ? mentionOf(text, at, mentioned)
                        : '*_~'.includes(character) && depth < mostDeep ? marked(text, at, mentioned, depth, hopeless) : null;
        if (found) put(found.node, found.end);
        else {
            plain += character;
            at += 1;
        }
    }
    if (plain) nodes.push(plain);
    return nodes;
}

function code(text, at, hopeless) {
    if (hopeless.has('`')) return null;
    const end = text.indexOf('`', at + 1);
    if (end < 0) hopeless.add('`');
    if (end <= at + 1) return null;
    return { node: h('code', {}, text.slice(at + 1, end)), end: end + 1 };
}

function marked(text, at, mentioned, depth, hopeless) {
    for (const [mark, name] of marks) {
        if (!text.startsWith(mark, at)) continue;
        // What stands in a word is no mark: snake_case, 2*3*4.
        if (mark.includes('_') && at > 0 && word.test(text[at - 1])) continue;
        const start = at + mark.length;
        if (hopeless.has(mark) || !text[start] || /\s/.test(text[start])) continue;
        const end = closing(text, start, mark);
        if (end < 0) {
            hopeless.add(mark);
            continue;
        }
        return { node: h(name, {}, inline(text.slice(start, end), mentioned, depth + 1)), end: end + mark.length };
    }
    return null;
}

/** Where the other half of a mark stands: right after a character, at the end of a word. */
function closing(text, start, mark) {
    for (let end = text.indexOf(mark, start + 1); end >= 0; end = text.indexOf(mark, end + 1)) {
        const isAfterSpace = /\s/.test(text[end - 1]);
        const next = text[end + mark.length] ?? ' ';
        if (mark.length === 1 && next === mark) {
            // A double mark inside of a single one.
            end += 1;
            continue;
        }
        if (!isAfterSpace && !(mark.includes('_') && word.test(next))) return end;
    }
    return -1;
}

function link(text, at) {
    addressStart.lastIndex = at;
    if (!addressStart.test(text)) return null;
    address.lastIndex = at;
    let found = address.exec(text)?.[0].replace(/[.,;:!?*_~\]}؟،؛。，、！？；：）」』》]+$/u, '');
    if (!found) return null;
    // A closing parenthesis belongs to the sentence, unless it was opened in the address.
    while (found.endsWith(')') && found.split('(').length <= found.split(')').length - 1) found = found.slice(0, -1);
    const node = anchor(found, found);
    return node && { node, end: at + found.length };
}

function labelled(text, at) {
    label.lastIndex = at;
    const found = label.exec(text);
    const node = found && anchor(found[2], found[1]);
    return node && { node, end: at + found[0].length };
}

function anchor(target, words) {
    if (!URL.canParse(target) || !['http:', 'https:'].includes(new URL(target).protocol)) return null;
    return h('a', {
        href: target, target: '_blank', rel: 'noopener noreferrer nofollow', title: words === target ? null : target,
    }, words);
}

function mentionOf(text, at, mentioned) {
    if (at > 0 && word.test(text[at - 1])) return null;
    mention.lastIndex = at;
    const user = mention.exec(text)?.[1].replace(/[._-]+$/, '');
    const node = user && mentioned(user);
    return node ? { node, end: at + 1 + user.length } : null;
}
