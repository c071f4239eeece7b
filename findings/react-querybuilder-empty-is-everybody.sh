#!/usr/bin/env bash
# react-querybuilder 8.24.1 (npm)
#
# `formatQuery` writes one query in many languages, and the languages do not select the same people
# when a rule is not finished: a list without an entry, a range with one end, a group without a rule.
# Some exports leave such a rule out, which for a filter means everybody; others select nobody. In an
# "or" it widens the whole filter. `not` before an empty group is lost in SQL and kept for MongoDB.
#
# Seen:
#   city in ()              SQL, SpEL: everybody. MongoDB, CEL: nobody
#   age between 18          SQL, MongoDB, CEL: everybody. JsonLogic: nobody
#   Rome, or an empty group SQL, MongoDB, CEL: everybody. JsonLogic, Elasticsearch: Rome
#   not an empty group      SQL, CEL: everybody. MongoDB: nobody
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'JSON'
{ "private": true, "type": "module",
  "dependencies": { "react-querybuilder": "8.24.1", "react": "19.3.1", "react-dom": "19.3.1" } }
JSON
npm install --silent --no-audit --no-fund
cat > look.js <<'JS'
import { strict as assert } from 'node:assert';
import { formatQuery } from 'react-querybuilder';

const and = (...rules) => ({ combinator: 'and', rules });
const rome = { field: 'city', operator: '=', value: 'Rome' };
const queries = {
  inNothing: and({ field: 'city', operator: 'in', value: [] }),
  halfRange: and({ field: 'age', operator: 'between', value: '18' }),
  orEmpty: { combinator: 'or', rules: [rome, and()] },
  notEmpty: { ...and(), not: true },
};
const everybody = { $expr: true };
const seen = [
  ['inNothing', 'sql', '(1 = 1)'],
  ['inNothing', 'spel', '1 == 1'],
  ['inNothing', 'mongodb_query', { city: { $in: [] } }],
  ['inNothing', 'cel', 'city in []'],
  ['halfRange', 'sql', '(1 = 1)'],
  ['halfRange', 'mongodb_query', { $and: [everybody] }],
  ['halfRange', 'cel', '1 == 1'],
  ['halfRange', 'jsonlogic', false],
  ['orEmpty', 'sql', "(city = 'Rome' or (1 = 1))"],
  ['orEmpty', 'mongodb_query', { $or: [{ city: 'Rome' }, { $and: [everybody] }] }],
  ['orEmpty', 'cel', 'city == "Rome" || 1 == 1'],
  ['orEmpty', 'jsonlogic', { or: [{ '==': [{ var: 'city' }, 'Rome'] }] }],
  ['orEmpty', 'elasticsearch', { bool: { should: [{ term: { city: 'Rome' } }] } }],
  ['notEmpty', 'sql', '(1 = 1)'],
  ['notEmpty', 'cel', '1 == 1'],
  ['notEmpty', 'mongodb_query', { $nor: [{ $and: [everybody] }] }],
];
for (const [name, language, expected] of seen) {
  const found = formatQuery(queries[name], language);
  console.log(name, language, JSON.stringify(found));
  assert.deepEqual(found, expected, 'changed');
}
JS
node look.js
