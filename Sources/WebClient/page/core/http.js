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
    let document;
    try {
        document = text ? JSON.parse(text) : null;
    } catch {
        // A proxy's own page, say: only its status counts.
        document = {};
    }
    if (!response.ok) throw new Problem(response.status, document ?? {}, Number(response.headers.get('retry-after')));
    const date = Date.parse(response.headers.get('date') ?? '');
    return { body: document, clockSkew: Number.isNaN(date) ? 0 : date - Date.now() };
}

/** A part of a path. */
export const part = encodeURIComponent;
