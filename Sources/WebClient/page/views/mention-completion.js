import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { learnNames, nameOf } from '../core/names.js';
import { session } from '../core/session.js';
import { avatar } from './avatar.js';

const most = 6;
/** What is being typed before the caret: an @ at the start of a word. */
const beginning = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u;

/** Completes mentions in a field: a list of members above it, of which the field names the active one to screen readers. */
export class Completion {
    #chat;
    #room;
    #input;
    #changed;
    #members = null;
    #found = [];
    #at = 0;

    constructor(chat, room, input, changed) {
        this.#chat = chat;
        this.#room = room;
        this.#input = input;
        this.#changed = changed;
        this.element = h('ul', {
            class: 'completion', id: 'completion', role: 'listbox', 'aria-label': t('memberList'), hidden: true,
        });
        for (const [name, value] of Object.entries({
            'aria-autocomplete': 'list', 'aria-controls': 'completion',
        })) input.setAttribute(name, value);
        input.addEventListener('blur', () => this.#hide());
    }

    /** The text changed. */
    async update() {
        const typed = this.#typed();
        if (typed === null) return this.#hide();
        const members = await this.#all();
        if (this.#typed() !== typed) return undefined;
        const wanted = typed.toLowerCase();
        this.#found = members
            .filter((user) => user !== this.#chat.me)
            .filter((user) => user.startsWith(wanted) || nameOf(user).toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)))
            .slice(0, most);
        this.#at = 0;
        return this.#show();
    }

    /** A key was pressed; says whether it was for the list. */
    pressed(event) {
        if (this.element.hidden || event.isComposing) return false;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            this.#at = (this.#at + step + this.#found.length) % this.#found.length;
            this.#show();
        } else if (event.key === 'Enter' || event.key === 'Tab') {
            // Who typed the whole name means to send.
            if (event.key === 'Enter' && this.#typed() === this.#found[this.#at]) {
                this.#hide();
                return false;
            }
            this.#take(this.#found[this.#at]);
        } else if (event.key === 'Escape') {
            this.#hide();
        } else {
            return false;
        }
        event.preventDefault();
        return true;
    }

    #typed() {
        if (this.#input.selectionStart !== this.#input.selectionEnd) return null;
        return beginning.exec(this.#input.value.slice(0, this.#input.selectionStart))?.[1] ?? null;
    }

    async #all() {
        if (this.#members) return this.#members;
        try {
            const members = await session.list(`/rooms/${part(this.#room)}/members`);
            learnNames(members.map(({ user, name }) => ({ id: user, name })));
            this.#members = members.map(({ user }) => user);
            // Who joins later is found, too.
            setTimeout(() => { this.#members = null; }, 30_000);
            return this.#members;
        } catch {
            return [];
        }
    }

    #show() {
        if (!this.#found.length) return this.#hide();
        replace(this.element, this.#found.map((user, index) => h('li', {
            id: `completion-${index}`, role: 'option', 'aria-selected': String(index === this.#at),
            // Before the field would lose the focus.
            on: { pointerdown: (event) => {
                event.preventDefault();
                this.#take(user);
            } },
        }, avatar(user), h('span', { dir: 'auto' }, nameOf(user)), h('span', { class: 'hint' }, `@${user}`))));
        this.element.hidden = false;
        this.#input.setAttribute('aria-activedescendant', `completion-${this.#at}`);
        return undefined;
    }

    #hide() {
        this.element.hidden = true;
        this.#input.removeAttribute('aria-activedescendant');
    }

    #take(user) {
        const end = this.#input.selectionStart;
        const start = this.#input.value.slice(0, end).lastIndexOf('@');
        this.#input.setRangeText(`@${user} `, start, end, 'end');
        this.#hide();
        this.#changed();
    }
}
