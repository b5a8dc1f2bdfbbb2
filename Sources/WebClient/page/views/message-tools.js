import { announce, h } from '../core/dom.js';
import { t } from '../core/language.js';
import { ask } from './dialog.js';
import { pickEmoji } from './emoji.js';
import { errorWords } from './form.js';
import { icon } from './icons.js';

/**
 * What can be done with a message: one bar of buttons that stands at the message under the pointer or with the focus,
 * and keys on a message that has it (arrows, R, E, +, Delete). `reply` and `edit` take the message; `fail` gets words.
 */
export class MessageTools {
    #chat;
    #list;
    #actions;
    #bar;
    #buttons;
    #seq = null;

    constructor(chat, list, actions) {
        this.#chat = chat;
        this.#list = list;
        this.#actions = actions;
        this.#buttons = {
            react: this.#button('react', '+', (event) => this.#react(event.currentTarget)),
            reply: this.#button('reply', 'R', () => actions.reply(this.#message)),
            edit: this.#button('edit', 'E', () => actions.edit(this.#message)),
            copy: this.#button('copy', null, () => this.#copy()),
            delete: this.#button('delete', 'Delete', () => this.#delete()),
        };
        this.#bar = h('div', { class: 'tools', role: 'toolbar', 'aria-label': t('messageTools') }, Object.values(this.#buttons));
        const { scroller } = list;
        // Not `pointerover`: under a pointer that rests, every row that scrolls by would get the bar, and be laid out anew.
        for (const name of ['pointermove', 'pointerdown', 'focusin']) {
            scroller.addEventListener(name, ({ target }) => this.#show(target), { passive: true });
        }
        scroller.addEventListener('pointerleave', () => this.#hide());
        scroller.addEventListener('click', (event) => this.#clicked(event));
        scroller.addEventListener('keydown', (event) => this.#pressed(event));
    }

    get #message() {
        return this.#list.room?.timeline.at(this.#seq);
    }

    #button(name, key, press) {
        const words = t(`tool_${name}`);
        return h('button', {
            type: 'button', class: 'tool', 'aria-label': words, title: key ? `${words} (${key})` : words,
            'aria-keyshortcuts': key, on: { click: press },
        }, icon(name));
    }

    #show(target) {
        const row = target.closest?.('.message[data-seq]');
        if (!row || row.contains(this.#bar) || this.#bar.contains(document.activeElement)) return;
        this.#seq = Number(row.dataset.seq);
        const message = this.#message;
        if (!message || message.deleted) return this.#bar.remove();
        const { room } = this.#list;
        const isMine = message.from === this.#chat.me;
        const mayWrite = !room.muted && !room.archived;
        this.#buttons.react.hidden = this.#buttons.reply.hidden = !mayWrite;
        this.#buttons.edit.hidden = !isMine || !mayWrite;
        this.#buttons.delete.hidden = !isMine && !room.isModerated;
        row.append(this.#bar);
        return undefined;
    }

    #hide() {
        if (!this.#bar.contains(document.activeElement)) this.#bar.remove();
    }

    #clicked({ target }) {
        const jump = target.closest('[data-jump]');
        if (jump) {
            this.#actions.jump(Number(jump.dataset.jump));
            return;
        }
        const button = target.closest('[data-emoji]');
        const row = target.closest('.message[data-seq]');
        if (!button || !row) return;
        this.#toggle(Number(row.dataset.seq), button.dataset.emoji);
    }

    #pressed(event) {
        const { scroller } = this.#list;
        const row = event.target.closest('.message');
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            const rows = [...scroller.querySelectorAll('.message')];
            const at = row ? rows.indexOf(row) + (event.key === 'ArrowUp' ? -1 : 1) : rows.length - 1;
            if (!rows[at]) return;
            event.preventDefault();
            rows[at].focus();
            return;
        }
        if (event.key === 'Escape') {
            this.#actions.leave();
            return;
        }
        // Keys act on the message itself, not while one of its buttons or links has the focus.
        if (!row?.dataset.seq || event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
        this.#seq = Number(row.dataset.seq);
        this.#show(row);
        const action = { r: 'reply', e: 'edit', '+': 'react', Delete: 'delete' }[event.key];
        const button = this.#buttons[action];
        if (!button || button.hidden || !row.contains(button)) return;
        event.preventDefault();
        button.click();
    }

    #react(anchor) {
        const seq = this.#seq;
        pickEmoji(anchor, (emoji) => this.#toggle(seq, emoji));
    }

    #toggle(seq, emoji) {
        const { room } = this.#list;
        const message = room?.timeline.at(seq);
        if (!message) return;
        const isMine = message.reactions?.find((reaction) => reaction.emoji === emoji)?.mine ?? false;
        this.#try(() => this.#chat.react(room.id, seq, emoji, !isMine));
    }

    async #copy() {
        await this.#try(() => navigator.clipboard.writeText(this.#message.text));
        announce(t('copied'));
    }

    async #delete() {
        const { room } = this.#list;
        const seq = this.#seq;
        if (!await ask({ title: t('deleteMessage'), text: t('deleteMessageLead'), action: t('delete'), isDangerous: true })) return;
        await this.#try(() => this.#chat.delete(room.id, seq));
    }

    async #try(action) {
        try {
            await action();
        } catch (error) {
            this.#actions.fail(errorWords(error));
        }
    }
}
