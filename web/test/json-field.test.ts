import { expect, test } from '@jest/globals';
import { jsonObjectOf, jsonOf } from '../src/parts/json-field';

const typed = (text: string): FormData => {
  const form = new FormData();
  form.set('data', text);
  return form;
};

test.each([
  ['', undefined],
  ['  ', undefined],
  ['null', null],
  [' {"a": [1]} ', { a: [1] }],
])('%j is %j', (text, value) => {
  expect(jsonOf(typed(text), 'data')).toEqual(value);
});

test('what is no JSON is refused with what is wrong', () => {
  expect(() => jsonOf(typed('yes'), 'data')).toThrow(/^This is not valid JSON: .*Put text in double quotes\.$/);
});

test.each(['[1]', 'null', '"text"', '3'])('%s is no object', (text) => {
  expect(() => jsonObjectOf(typed(text), 'data')).toThrow('A JSON object is needed, like {"team": "release"}.');
});
