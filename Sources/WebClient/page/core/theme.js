const key = 'parley.theme';

/** The choices of colours: as the system has it, light, dark. */
export const themes = ['system', 'light', 'dark'];

/** The choice in use. */
export function theme() {
    const chosen = localStorage.getItem(key);
    return themes.includes(chosen) ? chosen : 'system';
}

/** Uses other colours from now on. */
export function setTheme(choice) {
    localStorage.setItem(key, choice);
    applyTheme();
}

/** Puts the colours of the choice on the page. */
export function applyTheme() {
    document.documentElement.dataset.theme = theme();
}
