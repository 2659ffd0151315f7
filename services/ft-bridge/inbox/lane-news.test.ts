import test from 'ava';
import { player } from '../tests/stories.js';
import { announceGrowth, announceLanes, GROWTH_NEWS, LANE_NEWS, readGrowthNews, readLaneNews } from './lane-news.js';

function openChannel() {
  const notices: (readonly unknown[])[] = [];
  const sql = {
    async query(_text: string, values: readonly unknown[] = []) {
      notices.push(values);
      return [];
    },
  };
  return { sql, notices };
}

const MAX_BYTES = 8_000;
const players = Array.from({ length: 1_001 }, (_, at) => player(2_147_480_000 + at));

test('whose lanes were changed is heard as it was said, in notices that Postgres takes', async (t) => {
  const { sql, notices } = openChannel();
  await announceLanes(sql, players);
  t.true(notices.every(([channel, payload]) => channel === LANE_NEWS && String(payload).length < MAX_BYTES));
  t.deepEqual(
    notices.flatMap(([, payload]) => readLaneNews(String(payload))),
    players,
  );
});

test('how far lanes have grown is heard as it was said, in notices that Postgres takes', async (t) => {
  const { sql, notices } = openChannel();
  const grown = players.map((playerId) => ({ playerId, taken: 999_999_999 }));
  await announceGrowth(sql, grown);
  t.true(notices.every(([channel, payload]) => channel === GROWTH_NEWS && String(payload).length < MAX_BYTES));
  t.deepEqual(
    notices.flatMap(([, payload]) => readGrowthNews(String(payload))),
    grown,
  );
});

test('what names no player is passed over', (t) => {
  t.deepEqual(readLaneNews(',x,0,7,-1'), [player(7)]);
  t.deepEqual(readGrowthNews('7,8:,9:-1,10:x,x:1,,11:5'), [{ playerId: player(11), taken: 5 }]);
});
