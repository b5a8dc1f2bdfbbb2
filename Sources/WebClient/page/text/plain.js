/** A text on one line without the marks of Markdown, for previews and notifications. */
export function plain(text, most = 200) {
    const line = text
        .replace(/```[\w+#.-]*\n?/g, ' ')
        .replace(/^(?:> ?| {0,3}[-*+] +)/gm, '')
        .replace(/\[([^\]\n]+)\]\((https?:[^\s)]+)\)/g, '$1')
        .replace(/(\*\*|__|~~|`)/g, '')
        .replace(/\s+/g, ' ')
        .trim();
    return line.length > most ? `${Array.from(line).slice(0, most).join('')}…` : line;
}
