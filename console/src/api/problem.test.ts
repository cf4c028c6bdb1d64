import { describe, expect, it } from 'vitest';
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
  const problem = asProblem(new TypeError('Failed to fetch'));
  expect([problem.code, problem.passes, advice(problem)]).toEqual([
    'no_answer',
    true,
    expect.stringContaining('connection'),
  ]);
});

it('says what to do by code, by kind and by status', () => {
  expect(advice(new Problem(409, 'webhook_disabled', ''))).toMatch(/Enable/);
  expect(advice(new Problem(404, 'event_not_found', ''))).toMatch(/expired/);
  expect(advice(new Problem(500, 'internal_error', ''))).toMatch(/fault of the deployment/);
  expect(advice(new Problem(400, 'invalid_limit', ''))).toBeNull();
});
