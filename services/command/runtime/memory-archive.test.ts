import test from 'ava';
import { testArchive } from './archive.contract.js';
import { createMemoryArchive } from './memory-archive.js';

testArchive(test, 'the archive in memory', () => createMemoryArchive());
