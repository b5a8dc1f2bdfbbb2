/** What this browser is called in a list of sessions, such as "Firefox on Linux". */
export function deviceName(agent = navigator.userAgent) {
    const browsers = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];
    const systems = [
        ['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'],
        ['Linux', 'Linux'],
    ];
    const find = (list) => list.find(([mark]) => agent.includes(mark))?.[1];
    return [find(browsers) ?? 'Browser', find(systems)].filter(Boolean).join(' · ');
}
