import { Chat } from './chat/chat.js';
import { announce, h, replace } from './core/dom.js';
import { t } from './core/language.js';
import { forgetNames, nameOf } from './core/names.js';
import { notificationChoice, notify } from './core/notifications.js';
import { go, place, roomAddress } from './core/router.js';
import { session } from './core/session.js';
import { applyTheme } from './core/theme.js';
import { plain } from './text/plain.js';
import { accountView } from './views/account.js';
import { administrationView, closedView } from './views/administration.js';
import { alreadyInView, endedView, logInView, registerView } from './views/gate.js';
import { peopleView } from './views/people.js';
import { roomView } from './views/room.js';
import { roomsView } from './views/rooms.js';
import { Shell } from './views/shell.js';

const app = document.getElementById('app');
const lastRoom = 'parley.room';
let chat = null;
let shell = null;
let role = null;

/** Shows what the address and the login ask for. */
function show() {
    const { path, query } = place();
    const [name] = path;
    const invite = query.get('invite');
    if (name === 'first-account' || name === 'register') {
        leaveShell();
        showGate(session.user ? alreadyInView() : registerView({ invite, isFirst: name === 'first-account' }), t('register'));
    } else if (!session.user) {
        leaveShell();
        showGate(logInView(name === 'login' || !name ? '#/' : location.hash), t('logIn'));
    } else if (name === 'login') {
        go('#/');
    } else {
        showPage(path);
    }
}

function showGate(element, title) {
    replace(app, element);
    document.title = `${title} · Parley`;
    (element.querySelector('[autofocus]') ?? element.querySelector('h1')).focus();
}

function showPage(path) {
    if (!chat) {
        chat = new Chat();
        chat.addEventListener('message', ({ detail }) => speak(detail));
        chat.start();
    }
    if (!shell) {
        shell = new Shell(chat);
        replace(app, shell.element);
    }
    const [name, id, seq] = path;
    const address = name === 'room' && id ? roomAddress(id) : `#/${name ?? ''}`;
    const goal = /^\d{1,15}$/.test(seq ?? '') ? Number(seq) : null;
    if (goal !== null && shell.view?.id === id && shell.view.jump) {
        shell.view.jump(goal);
        return;
    }
    shell.show(pageFor(name, id, goal), address, !name);
    if (name) shell.focus();
    if (name === 'room' && id) localStorage.setItem(lastRoom, id);
}

function pageFor(name, id, goal) {
    switch (name) {
    case 'room': return roomView(chat, id ?? '', goal);
    case 'rooms': return roomsView(chat);
    case 'people': return peopleView(chat);
    case 'account': return accountView();
    case 'administration': return session.user.role === 'admin' ? administrationView() : closedView();
    default: return startView();
    }
}

/** The start: on a wide screen the room that was open last; a narrow one shows the list of rooms instead. */
function startView() {
    const open = () => {
        if (place().path.length || matchMedia('(max-width: 48rem)').matches || !chat?.rooms.size) return;
        const last = localStorage.getItem(lastRoom);
        const room = chat.rooms.get(last) ?? [...chat.rooms.values()][0];
        location.replace(roomAddress(room.id));
    };
    chat.addEventListener('rooms', open);
    queueMicrotask(open);
    return {
        title: () => '',
        element: h('div', { class: 'page' }, h('div', { class: 'page-body' },
            h('h1', { tabindex: '-1' }, t('welcomeTitle')), h('p', {}, t('welcomeLead')))),
        dispose: () => chat?.removeEventListener('rooms', open),
    };
}

/** Tells of a message of somebody else: to screen readers, and as a notification where that is wanted. */
function speak(message) {
    const room = chat?.rooms.get(message.room);
    if (!room || message.deleted) return;
    const name = nameOf(message.from);
    const words = plain(message.text) || message.files?.[0]?.name || '';
    announce(t('newMessage', { name, room: room.label(chat.me), text: words }));
    const choice = notificationChoice();
    if (choice === 'none') return;
    const isMine = room.kind === 'direct' || Boolean(message.mentions?.includes(chat.me));
    if (choice === 'mine' && !isMine) return;
    notify({
        title: room.kind === 'direct' ? name : `${name} · ${room.label(chat.me)}`, text: words,
        tag: `${message.room} ${message.seq}`, open: () => go(roomAddress(message.room)),
    });
}

function leaveShell() {
    shell?.dispose();
    shell = null;
}

function leaveChat() {
    leaveShell();
    chat?.stop();
    chat = null;
    forgetNames();
}

session.addEventListener('changed', () => {
    if (session.user) {
        shell?.drawRooms();
        // The page of administrators opens and closes with the role.
        if (session.user.role !== role && shell && place().path[0] === 'administration') show();
        role = session.user.role;
        return;
    }
    role = null;
    leaveChat();
    if (['login', 'register', 'first-account'].includes(place().path[0])) show();
    else go('#/login');
});
session.addEventListener('ended', ({ detail }) => {
    leaveChat();
    showGate(endedView(detail), t('endedTitle'));
});
addEventListener('parley-language', () => {
    leaveShell();
    show();
});
addEventListener('hashchange', show);

applyTheme();
const isKnown = session.restore();
role = session.user?.role ?? null;
show();
if (isKnown) session.check();
