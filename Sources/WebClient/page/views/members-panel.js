import { h, replace } from '../core/dom.js';
import { part } from '../core/http.js';
import { t } from '../core/language.js';
import { learnNames, nameElement, nameOf } from '../core/names.js';
import { go, roomAddress } from '../core/router.js';
import { session } from '../core/session.js';
import { avatar } from './avatar.js';
import { ask } from './dialog.js';
import { actionButton, errorWords, field, form } from './form.js';
import { menu } from './page.js';
import { roomSettings } from './room-settings.js';

/** Who is in a room, and what one may do about it: add, role, mute, remove, ban, the room's title, leave, delete. */
export function membersPanel(chat, id) {
    const room = () => chat.rooms.get(id);
    const list = h('ul', { class: 'member-list' }, h('li', { class: 'hint' }, t('loading')));
    const status = h('p', { class: 'form-status', role: 'status' });
    const path = `/rooms/${part(id)}`;
    const forms = h('div', { class: 'side-forms' });
    let drawn = '';

    async function show() {
        const members = await session.list(`${path}/members`);
        learnNames(members.map(({ user, name }) => ({ id: user, name })));
        chat.presence.learn(members);
        // Drawn again only for a change, and a menu that is open stays open: several reasons to ask come at once.
        const now = JSON.stringify([room()?.role, room()?.isModerated, members.map((m) => [m.user, m.name, m.role, m.muted])]);
        if (now === drawn) return;
        drawn = now;
        const open = list.querySelector('details[open]')?.closest('li').dataset.user;
        replace(list, members.map(row));
        const menuOf = open && list.querySelector(`li[data-user="${CSS.escape(open)}"] details`);
        if (menuOf) menuOf.open = true;
    }

    async function change(action) {
        status.classList.remove('is-error');
        status.textContent = '';
        await action();
        await show();
    }

    function row(member) {
        const { user, role, muted } = member;
        const about = [role !== 'member' && t(`role_${role}`), muted && t('muted')].filter(Boolean).join(' · ') || `@${user}`;
        return h('li', { 'data-user': user },
            avatar(user, chat.presence),
            h('span', { class: 'member-name' }, nameElement(user), h('span', { class: 'hint' }, about)),
            memberMenu(member));
    }

    /** The things to do with a member; what is not allowed is not offered. */
    function memberMenu({ user, role, muted }) {
        const mine = room()?.role;
        const isMe = user === chat.me;
        if (isMe || !room()) return null;
        const items = [];
        const item = (words, action, isDangerous = false) => items.push(actionButton(words, action, {
            status, class: isDangerous ? 'danger' : null,
        }));
        if (room().kind !== 'direct' || room().people?.length > 2) {
            item(t('writeDirectly'), async () => go(roomAddress(await chat.direct([user]))));
        }
        if (room().kind !== 'direct' && mine === 'owner') {
            for (const other of ['owner', 'moderator', 'member']) {
                if (other !== role) item(t(`make_${other}`), () => change(() => session.api('PUT', `${path}/members/${part(user)}`, { role: other })));
            }
        }
        if (room().isModerated && (mine === 'owner' || role === 'member')) {
            item(t(muted ? 'unmute' : 'mute'),
                () => change(() => session.api('PUT', `${path}/members/${part(user)}`, { muted: !muted })));
            item(t('remove'), () => sure('removeConfirm', user, () => session.api('DELETE', `${path}/members/${part(user)}`)), true);
            item(t('ban'), () => sure('banConfirm', user, () => session.api('PUT', `${path}/bans/${part(user)}`, {})), true);
        }
        return menu(t('actionsFor', { name: nameOf(user) }), items);
    }

    async function sure(question, user, action) {
        const name = nameOf(user);
        if (await ask({ title: t(question, { name }), action: t('yes'), isDangerous: true })) await change(action);
    }

    async function leave() {
        if (!await ask({ title: t('leaveConfirm', { room: room().label(chat.me) }), action: t('leave'), isDangerous: true })) return;
        await chat.leave(id);
        go('#/');
    }

    async function remove() {
        const title = t('deleteRoomConfirm', { room: room().label(chat.me) });
        if (!await ask({ title, text: t('deleteRoomLead'), action: t('deleteRoom'), isDangerous: true })) return;
        await chat.deleteRoom(id);
        go('#/');
    }

    function drawForms() {
        if (!room() || room().kind === 'direct') return;
        const { isModerated, role } = room();
        replace(forms,
            isModerated && form({
                label: t('invitePerson'), action: t('add'), className: 'form', async submit({ user }, place) {
                    await change(() => session.api('PUT', `${path}/members/${part(user.trim().toLowerCase().replace(/^@/, ''))}`, {}));
                    place.reset();
                    return t('added');
                },
            }, field('user', t('invitePerson'), { required: true, autocomplete: 'off', autocapitalize: 'none', dir: 'ltr' })),
            isModerated && roomSettings(chat, id),
            h('div', { class: 'actions' },
                actionButton(t('leave'), leave, { status, class: 'danger' }),
                role === 'owner' && actionButton(t('deleteRoom'), remove, { status, class: 'danger' })));
    }

    const again = ({ detail }) => {
        const last = room()?.timeline.items.at(-1);
        if (detail === id && last?.type === 'member') show().catch(() => {});
    };
    chat.addEventListener('room', again);
    drawForms();
    show().catch((error) => replace(list, h('li', { class: 'is-error' }, errorWords(error))));
    return {
        element: h('div', { class: 'side-body' }, list, status, forms),
        dispose: () => chat.removeEventListener('room', again),
    };
}
