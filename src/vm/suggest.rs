//! "Did you mean …?": the closest of some names, by CPython's rules (`Python/suggestions.c`).

/// Cost of inserting or deleting a character.
const MOVE_COST: usize = 2;
/// Cost of changing a letter's case.
const CASE_COST: usize = 1;
/// Names longer than this get no suggestion.
const LENGTH_MAX: usize = 40;
/// Candidates beyond this many are not looked at.
const CANDIDATES_MAX: usize = 750;

/// The candidate closest to `wrong`, if one is close enough.
pub fn closest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.is_empty() || wrong.len() > LENGTH_MAX {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.take(CANDIDATES_MAX) {
        if candidate == wrong {
            continue;
        }
        let mut most = (wrong.len() + candidate.len() + 3) * MOVE_COST / 6;
        if let Some((distance, _)) = best {
            most = most.min(distance - 1);
        }
        let distance = distance(wrong.as_bytes(), candidate.as_bytes(), most);
        if distance <= most && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
            if distance == 0 {
                break;
            }
        }
    }
    best.map(|(_, name)| name)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The Levenshtein distance with the costs above; anything above `most` may come back as `most + 1`.
fn distance(a: &[u8], b: &[u8], most: usize) -> usize {
    if b.len() > LENGTH_MAX || a.len().abs_diff(b.len()) * MOVE_COST > most {
        return most + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * MOVE_COST).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE_COST;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + substitution(x, y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min((row[j] + MOVE_COST).min(row[j + 1] + MOVE_COST));
        }
    }
    row[b.len()]
}
