import Router, { type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { ZodType } from 'zod';
import type { Access } from './access.js';
import { parseJson, readRawBody, validate } from './json-body.js';
import type { ProblemCode } from './problem.js';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** An answer's body: a schema (JSON), a media type where it is no JSON, or null where there is none. */
export type AnswerBody = ZodType | { readonly mediaType: string } | null;

/** What a route takes and answers. The schemas that are declared are those that check: `routes` does it. */
export type Declaration<Body = unknown, Query = unknown> = {
  /** One line: what it does. */
  readonly summary: string;
  /** More, in plain text: what a caller would ask next. */
  readonly description?: string;
  readonly body?: ZodType<Body>;
  /** Checked, so that unknown parameters are refused; without it, the query string is not looked at. */
  readonly query?: ZodType<Query>;
  /** Headers that it listens to, besides those of the caller's access. */
  readonly headers?: readonly string[];
  readonly answers: { readonly [status: number]: AnswerBody };
  /** Refusals of this route; those that its access or any route may answer are added. */
  readonly problems?: readonly ProblemCode[];
};

/** A request that was let in and is well formed. */
export type Admitted<Caller, Body, Query> = {
  readonly caller: Caller;
  readonly body: Body;
  readonly query: Query;
  /** The body before its schema: what it had besides. */
  readonly sent: unknown;
};

export type Handler<Caller, Body, Query> = (
  ctx: RouterContext,
  request: Admitted<Caller, Body, Query>,
) => Promise<void> | void;

/** What the document says of one route. */
export type DeclaredRoute = {
  readonly method: Method;
  /** In @koa/router's notation, prefix included. */
  readonly path: string;
  readonly tag: string;
  readonly access: Pick<Access<unknown>, 'security' | 'problems'>;
  readonly declaration: Declaration;
};

export type RoutesOptions<Caller> = {
  readonly prefix?: string;
  /** The heading under which the document lists them. */
  readonly tag: string;
  readonly access: Access<Caller>;
  /** Around everything, access included. */
  readonly around?: readonly Middleware[];
  /** The same, of groups without a prefix, whose routers would else stand around all other routes. */
  readonly each?: readonly Middleware[];
  /** What else must hold once the caller is known, before the request is looked at. */
  readonly checks?: readonly ((ctx: RouterContext, caller: Caller) => Promise<void>)[];
  /** Headers that all of them listen to. */
  readonly headers?: readonly string[];
};

type Add<Caller> = <Body = undefined, Query = undefined>(
  path: string,
  declaration: Declaration<Body, Query>,
  handler: Handler<Caller, Body, Query>,
) => void;

/** Routes that declare what they are by being registered; what they declare is served at `/openapi.json`. */
export type Routes<Caller = unknown> = {
  readonly router: Router;
  readonly declared: readonly DeclaredRoute[];
} & { readonly [method in Method]: Add<Caller> };

export function isDeclared(group: Router | Routes): group is Routes {
  return 'declared' in group;
}

/**
 * A group of routes of one kind of caller. Each request is let in by `access`, passes the `checks`, and then has its
 * query and body checked by the declared schemas, in this order.
 */
export function createRoutes<Caller>(options: RoutesOptions<Caller>): Routes<Caller> {
  const { prefix = '', tag, access, around = [], each = [], checks = [], headers = [] } = options;
  const router = new Router({ prefix });
  const declared: DeclaredRoute[] = [];
  for (const middleware of around) router.use(middleware);

  function adder(method: Method): Add<Caller> {
    return (path, declaration, handler) => {
      const shown = { ...declaration, headers: [...headers, ...(declaration.headers ?? [])] };
      declared.push({
        method,
        path: prefix + (path === '/' && prefix !== '' ? '' : path),
        tag,
        access,
        declaration: shown,
      });
      router.register(
        path,
        [method],
        [
          ...each,
          async (ctx: RouterContext) => {
            let read: Promise<Buffer> | undefined;
            const raw = () => {
              read ??= readRawBody(ctx.req);
              return read;
            };
            const caller = await access.admit(ctx, raw);
            for (const check of checks) await check(ctx, caller);
            const query = declaration.query === undefined ? undefined : validate(declaration.query, { ...ctx.query });
            const sent = declaration.body === undefined ? undefined : parseJson(await raw());
            const body = declaration.body === undefined ? undefined : validate(declaration.body, sent);
            // What is not declared is undefined, and so is its type.
            await handler(ctx, { caller, query, body, sent } as Parameters<typeof handler>[1]);
          },
        ],
      );
    };
  }
  return { router, declared, get: adder('get'), post: adder('post'), put: adder('put'), delete: adder('delete') };
}
