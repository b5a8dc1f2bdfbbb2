import { h, replace } from '../core/dom.js';
import { t } from '../core/language.js';

const key = 'parley.emoji';
const groups = {
    faces: '😀 😄 😁 😂 🤣 😊 🙂 😉 😍 🥰 😘 😋 😜 🤔 🤨 😐 😏 🙄 😬 😌 😔 😴 🤒 🤯 🥳 😎 🤓 😮 😳 🥺 😢 😭 😱 😤 😡 🤬 💀 🤡 👻 🤖',
    hands: '👍 👎 👌 ✌️ 🤞 🤝 👏 🙌 🙏 💪 👋 ✋ 🤚 👈 👉 👆 👇 ☝️ ✍️ 🤷 🤦 👀 🧠 👥',
    hearts: '❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💯 ✨ ⭐ 🔥 🎉 🎊 🎂 🏆 🥇 🎁 🎈',
    nature: '🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐸 🐵 🐔 🐧 🦉 🐝 🦋 🐢 🐙 🐳 🌱 🌳 🌸 🌻 🍀 🌈 ☀️ ⛅ 🌧️ ❄️ 🌙',
    food: '🍎 🍌 🍇 🍓 🍑 🍅 🥑 🥕 🌽 🍞 🧀 🍕 🍔 🌮 🍜 🍣 🍰 🍪 🍫 ☕ 🍵 🍺 🍷 🥂',
    things: '✅ ❌ ❓ ❗ ⚠️ 🚀 🚗 ✈️ 🏠 💻 📱 📷 🔧 🔒 🔑 💡 📌 📎 📅 📈 📝 📦 🐛 🚧 ⏰ 💰 🎵 ⚽',
};

/** Those used last, the newest first. */
function recent() {
    try {
        const known = JSON.parse(localStorage.getItem(key));
        return Array.isArray(known) ? known.filter((emoji) => typeof emoji === 'string').slice(0, 8) : [];
    } catch {
        return [];
    }
}

/**
 * Lets the reader choose an emoji, beside `anchor`. Arrow keys move, Enter chooses, Escape goes back; the focus returns
 * to where it was. `choose` gets it.
 */
export function pickEmoji(anchor, choose) {
    const back = document.activeElement;
    const panel = h('div', { class: 'emoji-picker', popover: 'auto', role: 'dialog', 'aria-label': t('chooseEmoji') });
    const used = recent();
    const all = { ...(used.length ? { recent: used.join(' ') } : {}), ...groups };
    replace(panel, Object.entries(all).map(([name, list]) => [
        h('h3', {}, t(`emoji_${name}`)),
        h('div', { class: 'emoji-row' }, list.split(' ').map((emoji) => h('button', { type: 'button', tabindex: '-1' }, emoji))),
    ]));
    const buttons = [...panel.querySelectorAll('button')];
    panel.addEventListener('click', ({ target }) => {
        const emoji = target.closest('button')?.textContent;
        if (!emoji) return;
        localStorage.setItem(key, JSON.stringify([emoji, ...recent().filter((other) => other !== emoji)].slice(0, 8)));
        panel.hidePopover();
        choose(emoji);
    });
    panel.addEventListener('keydown', (event) => {
        const at = buttons.indexOf(document.activeElement);
        const columns = Math.max(1, Math.floor(panel.clientWidth / buttons[0].offsetWidth) - 1);
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        focus(Math.min(buttons.length - 1, Math.max(0, at + step)));
    });
    panel.addEventListener('toggle', ({ newState }) => {
        if (newState !== 'closed') return;
        panel.remove();
        removeEventListener('resize', beside);
        if (back?.isConnected && document.activeElement === document.body) back.focus({ preventScroll: true });
    });

    function focus(index) {
        for (const button of buttons) button.tabIndex = -1;
        buttons[index].tabIndex = 0;
        buttons[index].focus();
    }

    let box = anchor.getBoundingClientRect();
    const beside = () => {
        // The bar of a message may have gone meanwhile.
        if (anchor.isConnected) box = anchor.getBoundingClientRect();
        place(panel, box);
    };
    document.body.append(panel);
    panel.showPopover();
    beside();
    addEventListener('resize', beside);
    focus(0);
}

/** Beside that place, wherever there is room. */
function place(panel, box) {
    const { offsetWidth: width, offsetHeight: height } = panel;
    const top = box.top - height - 6 > 8 ? box.top - height - 6 : Math.min(box.bottom + 6, innerHeight - height - 8);
    panel.style.top = `${Math.max(8, top)}px`;
    panel.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
}
