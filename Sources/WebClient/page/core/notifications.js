const key = 'parley.notifications';

/** Whether this browser can show notifications at all. */
export const canNotify = 'Notification' in globalThis;

/** What is told: `none`, `mine` (direct chats and mentions) or `all`. */
export function notificationChoice() {
    // First the wish: the permission is asked of another process, which takes a while.
    const choice = localStorage.getItem(key) ?? 'none';
    return choice !== 'none' && canNotify && Notification.permission === 'granted' ? choice : 'none';
}

/** Chooses what is told; asks for the permission where it is needed. Answers what it is now. */
export async function chooseNotifications(choice) {
    if (choice !== 'none' && Notification.permission !== 'granted') await Notification.requestPermission();
    localStorage.setItem(key, choice);
    return notificationChoice();
}

/** Shows one, unless the reader looks at the page; several tabs show it once. `open` is called when it is pressed. */
export function notify({ title, text, tag, open }) {
    if (document.visibilityState === 'visible' && document.hasFocus()) return;
    let shown;
    try {
        shown = new Notification(title, { body: text, tag });
    } catch {
        // Some phones allow them to service workers alone.
        return;
    }
    shown.onclick = () => {
        window.focus();
        open();
        shown.close();
    };
}
