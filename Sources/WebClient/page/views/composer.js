import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { nameOf } from '../core/names.js';
import { plain } from '../text/plain.js';
import { pickEmoji } from './emoji.js';
import { errorWords } from './form.js';
import { icon } from './icons.js';
import { Completion } from './mention-completion.js';
import { UploadTray } from './upload-tray.js';

/** Milliseconds between two tellings that somebody is writing. */
const typingEvery = 3000;

/**
 * Where a message is written: a new one, an answer, or the new words of an old one. `room()` gives the room at any
 * time, `send(text, extra)` takes what was written, `last()` the last message of one's own.
 */
export class Composer {
    #chat;
    #id;
    #actions;
    #input;
    #error;
    #about;
    #tray;
    #completion;
    #editing = null;
    #typedAt = 0;

    constructor(chat, id, label, actions) {
        this.#chat = chat;
        this.#id = id;
        this.#actions = actions;
        this.#input = h('textarea', {
            rows: 1, dir: 'auto', 'aria-label': t('writeTo', { room: label }), placeholder: t('writeTo', { room: label }),
            enterkeyhint: 'send', 'aria-describedby': 'composer-hint',
            on: { input: () => this.#changed(), keydown: (event) => this.#pressed(event), paste: (event) => this.#pasted(event) },
        });
        this.#error = h('p', { class: 'composer-error', role: 'status' });
        this.#about = h('div', { class: 'composer-about', hidden: true });
        this.#tray = new UploadTray((words) => this.fail(words));
        this.#completion = new Completion(chat, id, this.#input, () => this.#changed());
        const files = h('input', { type: 'file', multiple: true, hidden: true, on: { change: ({ target }) => {
            this.attach([...target.files]);
            target.value = '';
        } } });
        this.element = h('form', { class: 'composer', 'aria-label': t('writeTo', { room: label }), on: {
            submit: (event) => this.#submit(event),
        } },
        h('p', { id: 'composer-hint', class: 'visually-hidden' }, t('sendHint')),
        this.#error, this.#about, this.#tray.element, this.#completion.element,
        h('div', { class: 'composer-row' },
            files,
            h('button', { type: 'button', class: 'tool', 'aria-label': t('attach'), title: t('attach'),
                on: { click: () => files.click() } }, icon('attach')),
            this.#input,
            h('button', { type: 'button', class: 'tool', 'aria-label': t('chooseEmoji'), title: t('chooseEmoji'),
                on: { click: ({ currentTarget }) => pickEmoji(currentTarget, (emoji) => this.#insert(emoji)) } }, icon('react')),
            h('button', { type: 'submit', class: 'primary send', 'aria-label': t('send'), title: t('send') }, icon('send'))));
        this.#input.value = this.#room?.draft.text ?? '';
        this.#showAbout();
        requestAnimationFrame(() => this.#grow());
    }

    get #room() {
        return this.#chat.rooms.get(this.#id);
    }

    focus() {
        this.#input.focus();
    }

    dispose() {
        this.#tray.dispose();
    }

    /** Shows what did not work. */
    fail(words) {
        this.#error.textContent = words;
    }

    /** Shows whether one may write here. */
    update() {
        const reason = this.#room?.archived ? 'error_room_archived' : this.#room?.muted ? 'error_muted' : null;
        if (this.#input.disabled === Boolean(reason)) return;
        this.#input.disabled = Boolean(reason);
        for (const button of this.element.querySelectorAll('button')) button.disabled = Boolean(reason);
        this.fail(reason ? t(reason) : '');
    }

    /** Begins an answer to a message. */
    reply(message) {
        this.#editing = null;
        if (this.#room) this.#room.draft.replyTo = message;
        this.#showAbout();
        this.focus();
    }

    /** Begins to change a message. */
    edit(message) {
        this.#editing = message;
        this.#input.value = message.text;
        this.#grow();
        this.#showAbout();
        this.focus();
        this.#input.setSelectionRange(message.text.length, message.text.length);
    }

    /** Begins to upload files for the next message. */
    attach(files) {
        if (!this.#editing && !this.#input.disabled) this.#tray.add(files);
        this.focus();
    }

    #showAbout() {
        const original = this.#editing ?? this.#room?.draft.replyTo ?? null;
        this.#about.hidden = !original;
        if (!original) return;
        const words = this.#editing ? t('editing') : t('replyingTo', { name: nameOf(original.from) });
        replace(this.#about,
            h('span', { class: 'composer-about-words' },
                h('strong', {}, words), ' ', h('span', { class: 'hint', dir: 'auto' }, plain(original.text, 100))),
            h('button', { type: 'button', class: 'tool', 'aria-label': t('cancel'), on: { click: () => this.#cancel() } },
                icon('close')));
    }

    /** Goes back from an answer or a change to a plain message; says whether there was one. */
    #cancel() {
        const was = this.#editing ?? this.#room?.draft.replyTo;
        if (!was) return false;
        if (this.#editing) {
            this.#editing = null;
            this.#input.value = this.#room?.draft.text ?? '';
            this.#grow();
        } else {
            this.#room.draft.replyTo = null;
        }
        this.#showAbout();
        this.focus();
        return true;
    }

    #changed() {
        this.fail('');
        if (this.#room && !this.#editing) this.#room.keepDraft(this.#input.value);
        this.#grow();
        this.#completion.update();
        if (!this.#input.value || Date.now() - this.#typedAt < typingEvery || this.#editing) return;
        this.#typedAt = Date.now();
        this.#chat.connection.tell({ type: 'typing', room: this.#id });
    }

    #grow() {
        this.#input.style.height = 'auto';
        this.#input.style.height = `${Math.min(this.#input.scrollHeight + 2, 240)}px`;
    }

    #insert(text) {
        this.#input.setRangeText(text, this.#input.selectionStart, this.#input.selectionEnd, 'end');
        this.focus();
        this.#changed();
    }

    #pasted(event) {
        const files = [...event.clipboardData?.files ?? []];
        if (!files.length) return;
        event.preventDefault();
        this.attach(files);
    }

    #pressed(event) {
        if (this.#completion.pressed(event)) return;
        // Enter also ends the choice of a character in an input method.
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            this.#submit(event);
        } else if (event.key === 'Escape') {
            if (this.#cancel()) event.preventDefault();
        } else if (event.key === 'ArrowUp' && !this.#input.value && !event.shiftKey) {
            const last = this.#actions.last();
            if (!last) return;
            event.preventDefault();
            this.edit(last);
        }
    }

    #submit(event) {
        event.preventDefault();
        const text = this.#input.value.trim();
        if (new TextEncoder().encode(text).length > (this.#chat.limits.text_bytes ?? 8192)) {
            this.fail(t('error_text_too_long'));
            return;
        }
        if (this.#editing) {
            if (text) this.#change(this.#editing, text);
            return;
        }
        if (this.#tray.isBusy) {
            this.fail(t('uploadBusy'));
            return;
        }
        const files = this.#tray.files;
        if (!text && !files.length) return;
        const { draft } = this.#room ?? { draft: {} };
        const extra = {};
        if (draft.replyTo) extra.reply_to = draft.replyTo.seq;
        if (files.length) extra.files = files;
        draft.replyTo = null;
        this.#input.value = '';
        this.#tray.clear();
        this.#changed();
        this.#showAbout();
        this.#typedAt = 0;
        this.#actions.send(text, extra);
        this.focus();
    }

    async #change(message, text) {
        this.#cancel();
        if (text === message.text) return;
        try {
            await this.#chat.edit(this.#id, message.seq, text);
        } catch (error) {
            // The words are not lost.
            this.edit(message);
            this.#input.value = text;
            this.#grow();
            this.fail(errorWords(error));
        }
    }
}
