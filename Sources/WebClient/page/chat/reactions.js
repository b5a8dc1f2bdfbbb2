import { touch } from './timeline.js';

/**
 * Takes a `reacted` event into its message. `reactions` are as the server tells them, `{emoji, count, mine, users?}`
 * with the users while they are few; where they are named, the same event twice changes nothing.
 */
export function react(message, { by, emoji, on }, me) {
    const reactions = (message.reactions ??= []);
    let reaction = reactions.find((candidate) => candidate.emoji === emoji);
    if (!reaction) {
        if (!on) return;
        reaction = { emoji, count: 0, mine: false, users: [] };
        reactions.push(reaction);
    }
    const isMine = by === me;
    const isKnown = isMine ? reaction.mine : reaction.users?.includes(by);
    if (isKnown === on) return;
    reaction.count += on ? 1 : -1;
    if (isMine) reaction.mine = on;
    if (reaction.users) reaction.users = on ? [...reaction.users, by] : reaction.users.filter((user) => user !== by);
    if (reaction.count <= 0) message.reactions = reactions.filter((candidate) => candidate !== reaction);
    touch(message);
}
