import { describe, expect, it } from 'vitest';
import { NoAnswer } from '@/auth/session';
import { advice } from './advice';
import { asProblem, Problem, problemOf } from './problem';

describe('a refusal', () => {
  it('of the API keeps its code, its detail and the fields at fault', () => {
    const errors = [{ pointer: '/url', code: 'invalid_url', detail: 'must begin with https://' }];
    const problem = problemOf(400, { code: 'validation_failed', detail: '1 field is not valid', status: 400, errors });
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed', message: '1 field is not valid', errors });
  });

  it('of API Gateway has its words', () => {
    expect(problemOf(403, { message: 'Forbidden' })).toMatchObject({ code: 'gateway', message: 'Forbidden' });
  });

  it('of somebody else is named by its status', () => {
    expect(problemOf(502, '<html>').message).toBe('the answer was HTTP 502');
  });
});

it('no answer is a problem that may pass', () => {
  const problem = asProblem(new NoAnswer('Failed to fetch'));
  expect([problem.code, problem.passes, advice(problem)]).toEqual([
    'no_answer',
    true,
    expect.stringContaining('connection'),
  ]);
});

it('a fault of the console is not taken for the network', () => {
  expect(asProblem(new TypeError('x is not a function'))).toMatchObject({
    code: 'unexpected',
    message: 'x is not a function',
  });
});

it('a write whose answer was lost may have taken effect', () => {
  const unclear = [
    asProblem(new NoAnswer()),
    new Problem(503, 'unavailable', ''),
    new Problem(409, 'webhook_disabled', ''),
  ];
  expect(unclear.map((problem) => problem.unclear)).toEqual([true, true, false]);
});

it('says what to do by code, by kind and by status', () => {
  expect(advice(new Problem(409, 'webhook_disabled', ''))).toMatch(/Enable/);
  expect(advice(new Problem(404, 'event_not_found', ''))).toMatch(/expired/);
  expect(advice(new Problem(500, 'internal_error', ''))).toMatch(/fault of the deployment/);
  expect(advice(new Problem(400, 'invalid_limit', ''))).toBeNull();
});
