/**
 * What this browser keeps in IndexedDB: `outbox`, the messages on their way, and `rooms`, the newest messages of each
 * room. Where that is forbidden or broken nothing is kept, and everything else works.
 */
const database = 'parley';
const names = ['outbox', 'rooms'];
let opening = null;

/** Every value. */
export function stored(name) {
    return run(name, 'readonly', (place) => place.getAll()).then((values) => values ?? []);
}

/** Puts a value in the place of the one of that key. */
export function keep(name, key, value) {
    return run(name, 'readwrite', (place) => place.put(value, key));
}

/** Removes the value of that key. */
export function drop(name, key) {
    return run(name, 'readwrite', (place) => place.delete(key));
}

/** Removes everything, for all tabs. */
export async function forgetStored() {
    for (const name of names) await run(name, 'readwrite', (place) => place.clear());
}

/** Lets `change` look at each value in one transaction; a value that it answers is written back: those. */
export async function changeStored(name, change) {
    const changed = [];
    await run(name, 'readwrite', (place) => {
        const request = place.openCursor();
        request.onsuccess = () => {
            const cursor = request.result;
            if (!cursor) return;
            const value = change(cursor.value);
            if (value) {
                changed.push(value);
                cursor.update(value);
            }
            cursor.continue();
        };
        return request;
    });
    return changed;
}

function open() {
    opening ??= new Promise((resolve) => {
        let request;
        try {
            request = indexedDB.open(database, 1);
        } catch {
            resolve(null);
            return;
        }
        request.onupgradeneeded = () => {
            for (const name of names) request.result.createObjectStore(name);
        };
        request.onsuccess = () => {
            request.result.onversionchange = () => {
                request.result.close();
                opening = null;
            };
            resolve(request.result);
        };
        request.onerror = () => resolve(null);
        request.onblocked = () => resolve(null);
    });
    return opening;
}

/** The result of a request once its transaction is through; undefined when it fails. */
async function run(name, mode, ask) {
    const opened = await open();
    if (!opened) return undefined;
    return new Promise((resolve) => {
        let request;
        try {
            const transaction = opened.transaction(name, mode);
            transaction.oncomplete = () => resolve(request?.result);
            transaction.onabort = () => resolve(undefined);
            transaction.onerror = () => resolve(undefined);
            request = ask(transaction.objectStore(name));
        } catch {
            resolve(undefined);
        }
    });
}
