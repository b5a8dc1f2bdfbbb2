/** An answer that says what went wrong: a problem document. */
export class Problem extends Error {
    constructor(status, document, retryAfterSeconds) {
        super(document.detail ?? document.title ?? String(status));
        this.status = status;
        this.code = document.code ?? 'internal';
        this.field = document.field ?? null;
        this.retryAfterSeconds = retryAfterSeconds;
    }
}

/** The server did not answer. */
export class Unreachable extends Error {
    code = 'unreachable';
}

/**
 * Calls the server. Answers `{body, clockSkew}`: milliseconds that the server's clock is ahead of ours, to the second.
 * Throws `Problem` and `Unreachable`.
 */
export async function call(method, path, body) {
    const options = { method, cache: 'no-store', headers: { accept: 'application/json' } };
    if (body !== undefined) {
        options.headers['content-type'] = 'application/json';
        options.body = JSON.stringify(body);
    }
    let response, text;
    try {
        response = await fetch(`/api/v1${path}`, options);
        text = await response.text();
    } catch {
        throw new Unreachable(path);
    }
    const document = parsed(text);
    if (!response.ok) throw new Problem(response.status, document ?? {}, Number(response.headers.get('retry-after')));
    const date = Date.parse(response.headers.get('date') ?? '');
    return { body: document, clockSkew: Number.isNaN(date) ? 0 : date - Date.now() };
}

/**
 * Sends a file as a form: the answer's body. `progress` gets the share from 0 to 1. Throws as `call` does, and
 * `AbortError` once `signal` is set off.
 */
export function upload(path, file, progress, signal) {
    // Not `fetch`: it does not tell how far it is.
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const form = new FormData();
        form.append('file', file, file.name);
        request.open('POST', `/api/v1${path}`);
        request.setRequestHeader('accept', 'application/json');
        request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
        request.onload = () => {
            const document = parsed(request.responseText);
            if (request.status >= 200 && request.status < 300) resolve(document);
            else reject(new Problem(request.status, document ?? {}, Number(request.getResponseHeader('retry-after'))));
        };
        request.onerror = () => reject(new Unreachable(path));
        request.onabort = () => reject(new DOMException('', 'AbortError'));
        signal.addEventListener('abort', () => request.abort());
        request.send(form);
    });
}

function parsed(text) {
    try {
        return text ? JSON.parse(text) : null;
    } catch {
        // A proxy's own page, say: only its status counts.
        return {};
    }
}

/** A part of a path. */
export const part = encodeURIComponent;
