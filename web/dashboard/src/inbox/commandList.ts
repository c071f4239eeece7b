/** The commands of the inbox, with the keys that they have at first. */
import type { Text } from 'parley-screen/language.js';
import { listed } from '../commands/listed.js';
import type { View } from './search.js';
import type { Key } from './texts.js';
import { EMOJIS, type Emoji } from './thread/emojis.js';

type Say = (t: Text<Key>) => string;

function show(view: View): Say {
  return (t) => t('views.show', { name: t(`views.${view}`) });
}

function react(emoji: Emoji): Say {
  return (t) => t('thread.reactToLast', { emoji: EMOJIS[emoji] });
}

export const INBOX_COMMANDS = listed<Key>('inbox.title', ['inbox'])({
  'inbox.next': ['list.next', 'j'],
  'inbox.previous': ['list.previous', 'k'],
  'inbox.select': ['list.select', 'x'],
  'inbox.selectNone': ['list.selectNone', 'Escape'],
  'inbox.findCase': ['find.title', 'g'],
  'inbox.filter': ['filter.title', 'f'],
  'inbox.applyFilter': ['filter.applyIt'],
  'inbox.clearFilter': ['filter.clearIt'],
  'inbox.saveView': ['views.save'],
  'inbox.editView': ['views.edit'],
  'inbox.view.mine': [show('mine'), '1'],
  'inbox.view.unassigned': [show('unassigned'), '2'],
  'inbox.view.unread': [show('unread'), '3'],
  'inbox.view.unanswered': [show('unanswered'), '4'],
  'inbox.view.open': [show('open'), '5'],
  'inbox.view.snoozed': [show('snoozed'), '6'],
  'inbox.view.closed': [show('closed'), '7'],
  'inbox.view.all': [show('all'), '8'],
  'inbox.panel': ['person.show', 'i'],
  'inbox.person': ['person.open'],
  'inbox.back': ['case.back', 'q'],
});

export const BULK_COMMANDS = listed<Key>('bulk.title', ['inbox'])({
  'bulk.selectAll': ['bulk.selectMatching', 'Shift+X'],
  'bulk.assign': ['bulk.assign', 'Shift+A'],
  'bulk.snooze': ['bulk.snooze', 'Shift+Z'],
  'bulk.close': ['bulk.close', 'Shift+F'],
  'bulk.reopen': ['bulk.reopen'],
  'bulk.undo': ['bulk.undoJob'],
  'bulk.stop': ['bulk.stopJob'],
  'bulk.hide': ['bulk.hideJob'],
});

export const CASE_COMMANDS = listed<Key>('case.title', ['inbox'])({
  'case.claim': ['case.claim', 'c'],
  'case.assign': ['case.assign', 'a'],
  'case.unassign': ['case.unassign'],
  'case.snooze': ['case.snooze', 's'],
  'case.close': ['case.close', 'e'],
  'case.reopen': ['case.reopen', 'Shift+E'],
  'case.unread': ['case.markUnread', 'u'],
  'case.copyLink': ['case.copyLink', 'l'],
  'thread.older': ['thread.older', 'o'],
  'thread.newest': ['thread.newest'],
  'thread.nextMessage': ['thread.nextMessage', 'Shift+J'],
  'thread.previousMessage': ['thread.previousMessage', 'Shift+K'],
  'thread.menu': ['thread.more', 'm'],
  'thread.reply': ['thread.replyLast', 'Shift+Q'],
  'thread.edit': ['thread.editLast', 'w'],
  'thread.react.thumbsUp': [react('thumbsUp'), 't'],
  'thread.react.heart': [react('heart')],
  'thread.react.thanks': [react('thanks')],
  'thread.react.party': [react('party')],
  'thread.react.smile': [react('smile')],
  'thread.react.eyes': [react('eyes')],
  'thread.takeBack': ['thread.takeBackReaction'],
  'thread.retry': ['thread.retryLast', 'Shift+R'],
  'thread.discard': ['thread.discardLast'],
  'thread.retrySms': ['thread.retrySms'],
});

export const COMPOSER_COMMANDS = listed<Key>('composer.title', ['inbox'])({
  'composer.reply': ['composer.reply', 'r'],
  'composer.note': ['composer.note', 'n'],
  'composer.send': ['composer.send', 'Mod+Enter'],
  'composer.canned': ['composer.canned', '/'],
  'composer.attach': ['composer.attach', 'p'],
  'composer.stopReply': ['composer.stopReply'],
  'composer.sendNow': ['composer.sendNow'],
  'composer.undo': ['composer.undo', 'z'],
});
