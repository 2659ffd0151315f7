import Router from '@koa/router';
import type { Forwarder } from '../gateway/forwarder.js';
import type { Pages } from '../pages/pages.js';

export type CasinoRoutesOptions = {
  readonly pages: Pages;
  readonly gateway: Forwarder;
  readonly games: Forwarder;
  /** Fast Track staging: the guided tour shows a player's timeline, and switches on the campaign that it needs. */
  readonly fastTrack: Forwarder;
  /** Who else is on this machine, for the pages' links. */
  readonly links: { readonly [name: string]: string };
};

/**
 * The casino's own origin: its pages, the provider's games as a casino embeds them, and for all the
 * rest the gateway's API, so that a page needs no server but this one.
 */
export function casinoRoutes(options: CasinoRoutesOptions): Router {
  const { pages, gateway, games, fastTrack, links } = options;
  const router = new Router();
  router.get('/', (ctx) => pages.page(ctx, 'casino'));
  router.get('/assets/*path', (ctx) => pages.asset(ctx));
  router.get('/links', (ctx) => {
    ctx.body = links;
  });
  router.get('/games', (ctx) => games.forward(ctx));
  router.post('/games/:game_id/spin', (ctx) => games.forward(ctx));
  router.get('/timeline/:user_id', (ctx) => fastTrack.forward(ctx));
  router.put('/campaigns/:id', (ctx) => fastTrack.forward(ctx));
  router.all('/*path', (ctx) => gateway.forward(ctx));
  return router;
}
