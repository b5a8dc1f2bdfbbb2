import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';
import { icon } from './icons.js';

/** What opens beside a room, one thing at a time, each by its button in the head. */
export class SidePanel {
    element = h('aside', { class: 'side', id: 'side', hidden: true });
    buttons;
    #choices;
    #current = null;
    #content = null;

    /** `choices` are by name `{words, icon, make}`; `make` gives `{element, focus?, dispose?}`. */
    constructor(choices) {
        this.#choices = choices;
        this.buttons = Object.entries(choices).map(([name, { words, icon: sign }]) => h('button', {
            type: 'button', class: 'tool', 'data-panel': name, 'aria-label': words, title: words, 'aria-expanded': 'false',
            'aria-controls': 'side', on: { click: () => (this.#current === name ? this.close() : this.open(name)) },
        }, icon(sign)));
        this.element.addEventListener('keydown', (event) => {
            if (event.key === 'Escape' && !event.defaultPrevented) this.close();
        });
    }

    open(name) {
        this.#content?.dispose?.();
        const { words, make } = this.#choices[name];
        this.#current = name;
        this.#content = make();
        replace(this.element,
            h('header', { class: 'side-head' }, h('h2', {}, words),
                h('button', { type: 'button', class: 'tool', 'aria-label': t('close'), on: { click: () => this.close() } },
                    icon('close'))),
            this.#content.element);
        this.element.setAttribute('aria-label', words);
        this.element.hidden = false;
        this.#mark();
        this.#content.focus?.();
    }

    close() {
        const button = this.buttons.find(({ dataset }) => dataset.panel === this.#current);
        this.dispose();
        this.#current = null;
        this.element.hidden = true;
        this.#mark();
        button?.focus();
    }

    dispose() {
        this.#content?.dispose?.();
        this.#content = null;
    }

    #mark() {
        for (const button of this.buttons) {
            button.setAttribute('aria-expanded', String(button.dataset.panel === this.#current));
        }
    }
}
