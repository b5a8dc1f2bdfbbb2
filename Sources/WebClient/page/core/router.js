/**
 * Where the page is: what stands behind `#`. `#/room/general` is `{path: ['room', 'general'], query}`.
 *
 * Invites come this way, too, since browsers send nothing behind `#` to a server.
 */
export function place() {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2);
    return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query ?? '') };
}

/** Goes somewhere. */
export function go(hash) {
    location.hash = hash;
}

/** Goes somewhere without a way back to here. */
export function goInstead(hash) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The address of a room. */
export function roomAddress(id) {
    return `#/room/${encodeURIComponent(id)}`;
}

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
