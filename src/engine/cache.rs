//! The compile cache: bounded, least recently used goes first, a hit is verified by comparing the source.

use std::hash::{BuildHasher, Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use super::lru::Lru;
use super::reach::Sight;
use super::{CacheStats, Compiled, Program};
use crate::bytecode::{CompileError, CompileOptions, Compiler, Mode, Source};
use crate::lang::PyCompiler;
use crate::limits;

/// Compiled programs by source, file name and mode. Failures are kept too.
pub struct Cache {
    store: Lru<Entry>,
    hasher: FxBuildHasher,
    stats: CacheStats,
}

struct Entry {
    source: Rc<Source>,
    mode: Mode,
    bounded: bool,
    program: Result<Program, Rc<CompileError>>,
}

impl Default for Cache {
    fn default() -> Cache {
        let store = Lru::new(limits::CACHE_ENTRIES_MAX, limits::CACHE_SOURCE_MAX_BYTES);
        Cache { store, hasher: FxBuildHasher, stats: CacheStats::default() }
    }
}

impl Cache {
    /// Finds or compiles a program.
    pub fn compile(&mut self, source: &str, filename: &str, mode: Mode, bounded: bool) -> Compiled {
        let hash = self.hash(source, filename, mode);
        let found = self.store.get(hash, |e| {
            e.mode == mode
                && e.bounded == bounded
                && *e.source.text == *source
                && *e.source.filename == *filename
        });
        if let Some(entry) = found {
            self.stats.hits += 1;
            return Compiled { program: entry.program.clone(), cache_hit: true };
        }
        self.stats.misses += 1;
        let source = Source::new(filename, source);
        let compiler = PyCompiler { bounded };
        let program = match compiler.compile(source.clone(), CompileOptions::new(mode)) {
            Ok(code) => {
                let sight = Sight::of(&code);
                Ok(Program { code, mode, sight })
            }
            Err(error) => Err(Rc::new(error)),
        };
        self.insert(hash, Entry { source, mode, bounded, program: program.clone() });
        Compiled { program, cache_hit: false }
    }

    fn hash(&self, source: &str, filename: &str, mode: Mode) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        source.hash(&mut hasher);
        filename.hash(&mut hasher);
        mode.hash(&mut hasher);
        hasher.finish()
    }

    fn insert(&mut self, hash: u64, entry: Entry) {
        let bytes = entry.source.text.len();
        if bytes > limits::CACHE_SOURCE_MAX_BYTES / 4 {
            return; // One text must not push everything else out.
        }
        self.stats.evictions += self.store.insert(hash, bytes, entry).unwrap_or(0) as u64;
    }

    /// Counters.
    pub fn stats(&self) -> CacheStats {
        CacheStats { entries: self.store.len(), source_bytes: self.store.bytes(), ..self.stats }
    }

    /// Drops everything; returns how many entries there were.
    pub fn clear(&mut self) -> usize {
        self.store.clear()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_compilation_is_a_hit_and_another_file_name_is_not() {
        let mut cache = Cache::default();
        assert!(!cache.compile("2+3", "<a>", Mode::Echo, true).cache_hit);
        assert!(cache.compile("2+3", "<a>", Mode::Echo, true).cache_hit);
        assert!(!cache.compile("2+3", "<b>", Mode::Echo, true).cache_hit);
        assert_eq!((cache.stats().entries, cache.stats().hits, cache.stats().misses), (2, 1, 2));
    }

    #[test]
    fn the_entry_used_longest_ago_goes_first() {
        let mut cache = Cache::default();
        for i in 0..limits::CACHE_ENTRIES_MAX {
            cache.compile(&format!("{i}"), "<a>", Mode::Echo, true);
        }
        cache.compile("0", "<a>", Mode::Echo, true);
        cache.compile("'one more'", "<a>", Mode::Echo, true);
        assert_eq!(cache.stats().entries, limits::CACHE_ENTRIES_MAX);
        assert_eq!(cache.stats().evictions, 1);
        assert!(cache.compile("0", "<a>", Mode::Echo, true).cache_hit);
        assert!(!cache.compile("1", "<a>", Mode::Echo, true).cache_hit);
    }

    #[test]
    fn clearing_empties_it_and_says_how_much_there_was() {
        let mut cache = Cache::default();
        cache.compile("1", "<a>", Mode::Echo, true);
        cache.compile("syntax error", "<a>", Mode::Echo, true);
        assert_eq!(cache.clear(), 2);
        assert_eq!(cache.stats().source_bytes, 0);
        assert!(!cache.compile("1", "<a>", Mode::Echo, true).cache_hit);
    }
}
