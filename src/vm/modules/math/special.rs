//! Functions that the standard library does not have, or has with another last bit: gamma, error function,
//! cube root, inverse hyperbolic functions.
//!
//! Gamma and its logarithm follow CPython (Lanczos' sum with its coefficients); the others follow fdlibm,
//! which is what C libraries have, in its order of evaluation, so that the last bit agrees.

// The digits are those of the sources, more than a float holds.
#![allow(clippy::excessive_precision)]

use std::f64::consts::{LN_2, PI};

use crate::vm::types::float::{frexp, ldexp};

const LANCZOS_G: f64 = 6.024680040776729583740234375;
const LANCZOS_G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const LOG_PI: f64 = 1.144729885849400174143427351353058711647;

/// Coefficients of the numerator and the denominator, which is x × (x + 1) × … × (x + 11).
const LANCZOS: [(f64, f64); 13] = [
    (23531376880.410759688572007674451636754734846804940, 0.0),
    (42919803642.649098768957899047001988850926355848959, 39916800.0),
    (35711959237.355668049440185451547166705960488635843, 120543840.0),
    (17921034426.037209699919755754458931112671403265390, 150917976.0),
    (6039542586.3520280050642916443072979210699388420708, 105258076.0),
    (1439720407.3117216736632230727949123939715485786772, 45995730.0),
    (248874557.86205415651146038641322942321632125127801, 13339535.0),
    (31426415.585400194380614231628318205362874684987640, 2637558.0),
    (2876370.6289353724412254090516208496135991145378768, 357423.0),
    (186056.26539522349504029498971604569928220784236328, 32670.0),
    (8071.6720023658162106380029022722506138218516325024, 1925.0),
    (210.82427775157934587250973392071336271166969580291, 66.0),
    (2.5066282746310002701649081771338373386264310793408, 1.0),
];

/// Factorials below this are exact floats that gamma returns as they are.
const GAMMA_WHOLE_MAX: f64 = 23.0;

/// Lanczos' sum for positive x; in 1/x when x is large, so that nothing overflows.
fn lanczos_sum(x: f64) -> f64 {
    let fold = |(top, bottom): (f64, f64), (a, b): &(f64, f64)| {
        if x < 5.0 { (top * x + a, bottom * x + b) } else { (top / x + a, bottom / x + b) }
    };
    let (top, bottom) = if x < 5.0 {
        LANCZOS.iter().rev().fold((0.0, 0.0), fold)
    } else {
        LANCZOS.iter().fold((0.0, 0.0), fold)
    };
    top / bottom
}

/// sin(π x) of a finite x.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        // Not -sin(π (y - 1)), which is -0.0 for 1.
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * result
}

/// The gamma function, except at its poles.
pub fn gamma(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    if x == x.floor() && (1.0..=GAMMA_WHOLE_MAX).contains(&x) {
        return (2..x as u32).fold(1.0, |product, n| product * f64::from(n));
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return 1.0 / x;
    }
    if magnitude > 200.0 {
        return if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY };
    }
    let y = magnitude + LANCZOS_G_MINUS_HALF;
    // The error of that sum, which the power below would magnify.
    let error = if magnitude > LANCZOS_G_MINUS_HALF {
        (y - magnitude) - LANCZOS_G_MINUS_HALF
    } else {
        (y - LANCZOS_G_MINUS_HALF) - magnitude
    };
    let z = error * LANCZOS_G / y;
    let halves = |y: f64| y.powf(magnitude / 2.0 - 0.25);
    if x < 0.0 {
        let mut result = -PI / sin_pi(magnitude) / magnitude * y.exp() / lanczos_sum(magnitude);
        result -= z * result;
        if magnitude < 140.0 { result / y.powf(magnitude - 0.5) } else { result / halves(y) / halves(y) }
    } else {
        let mut result = lanczos_sum(magnitude) / y.exp();
        result += z * result;
        if magnitude < 140.0 { result * y.powf(magnitude - 0.5) } else { result * halves(y) * halves(y) }
    }
}

/// The logarithm of the gamma function's magnitude, except at its poles.
pub fn lgamma(x: f64) -> f64 {
    if !x.is_finite() {
        return x.abs();
    }
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return -magnitude.ln();
    }
    let result = lanczos_sum(magnitude).ln() - LANCZOS_G
        + (magnitude - 0.5) * ((magnitude + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        return LOG_PI - sin_pi(magnitude).abs().ln() - magnitude.ln() - result;
    }
    result
}

// ---- cube root -------------------------------------------------------------------------------

const CBRT_2: f64 = 1.2599210498948731648;
const CBRT_4: f64 = 1.5874010519681994748;

/// The cube root as glibc computes it, which is off by one bit at times: a polynomial for the mantissa,
/// one step of Halley's method, and the exponent's thirds.
pub fn cbrt(x: f64) -> f64 {
    const FACTORS: [f64; 5] = [1.0 / CBRT_4, 1.0 / CBRT_2, 1.0, CBRT_2, CBRT_4];
    const GUESS: [f64; 7] = [
        0.354895765043919860,
        1.50819193781584896,
        -2.11499494167371287,
        2.44693122563534430,
        -1.83469277483613086,
        0.784932344976639262,
        -0.145263899385486377,
    ];
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (mantissa, exponent) = frexp(x.abs());
    let guess = GUESS.iter().rev().fold(0.0, |sum, coefficient| coefficient + sum * mantissa);
    let cube = guess * guess * guess;
    let factor = FACTORS[(2 + exponent % 3) as usize];
    let root = guess * (cube + 2.0 * mantissa) / (2.0 * cube + mantissa) * factor;
    ldexp(root.copysign(x), exponent / 3)
}

// ---- inverse hyperbolic functions ------------------------------------------------------------

const TWO_28: f64 = 268_435_456.0;

/// Inverse hyperbolic cosine.
pub fn acosh(x: f64) -> f64 {
    if x > 2.0 {
        if x >= TWO_28 {
            return if x.is_infinite() { x } else { x.ln() + LN_2 };
        }
        return (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln();
    }
    if x > 1.0 {
        let t = x - 1.0;
        return (t + (2.0 * t + t * t).sqrt()).ln_1p();
    }
    if x == 1.0 { 0.0 } else { f64::NAN }
}

/// Inverse hyperbolic sine.
pub fn asinh(x: f64) -> f64 {
    let magnitude = x.abs();
    if !x.is_finite() || magnitude < 1.0 / TWO_28 {
        return x;
    }
    let result = if magnitude > TWO_28 {
        magnitude.ln() + LN_2
    } else if magnitude > 2.0 {
        (2.0 * magnitude + 1.0 / ((magnitude * magnitude + 1.0).sqrt() + magnitude)).ln()
    } else {
        let square = magnitude * magnitude;
        (magnitude + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    result.copysign(x)
}

/// Inverse hyperbolic tangent.
pub fn atanh(x: f64) -> f64 {
    let magnitude = x.abs();
    let result = if magnitude < 0.5 {
        if magnitude < 1.0 / TWO_28 {
            return x;
        }
        let twice = magnitude + magnitude;
        0.5 * (twice + twice * magnitude / (1.0 - magnitude)).ln_1p()
    } else if magnitude < 1.0 {
        0.5 * ((magnitude + magnitude) / (1.0 - magnitude)).ln_1p()
    } else if magnitude == 1.0 {
        f64::INFINITY
    } else {
        f64::NAN
    };
    result.copysign(x)
}

// ---- error function --------------------------------------------------------------------------

/// Polynomials of the rational approximations, lowest power first.
mod coefficients {
    /// erf(1), rounded to 24 bits.
    pub const ERX: f64 = 8.45062911510467529297e-01;
    /// 2/√π - 1.
    pub const EFX: f64 = 1.28379167095512586316e-01;
    /// |x| < 0.84375
    pub const PP: [f64; 5] = [
        1.28379167095512558561e-01,
        -3.25042107247001499370e-01,
        -2.84817495755985104766e-02,
        -5.77027029648944159157e-03,
        -2.37630166566501626084e-05,
    ];
    pub const QQ: [f64; 6] = [
        1.0,
        3.97917223959155352819e-01,
        6.50222499887672944485e-02,
        5.08130628187576562776e-03,
        1.32494738004321644526e-04,
        -3.96022827877536812320e-06,
    ];
    /// 0.84375 <= |x| < 1.25
    pub const PA: [f64; 7] = [
        -2.36211856075265944077e-03,
        4.14856118683748331666e-01,
        -3.72207876035701323847e-01,
        3.18346619901161753674e-01,
        -1.10894694282396677476e-01,
        3.54783043256182359371e-02,
        -2.16637559486879084300e-03,
    ];
    pub const QA: [f64; 7] = [
        1.0,
        1.06420880400844228286e-01,
        5.40397917702171048937e-01,
        7.18286544141962662868e-02,
        1.26171219808761642112e-01,
        1.36370839120290507362e-02,
        1.19844998467991074170e-02,
    ];
    /// 1.25 <= |x| < 1 / 0.35
    pub const RA: [f64; 8] = [
        -9.86494403484714822705e-03,
        -6.93858572707181764372e-01,
        -1.05586262253232909814e+01,
        -6.23753324503260060396e+01,
        -1.62396669462573470355e+02,
        -1.84605092906711035994e+02,
        -8.12874355063065934246e+01,
        -9.81432934416914548592e+00,
    ];
    pub const SA: [f64; 9] = [
        1.0,
        1.96512716674392571292e+01,
        1.37657754143519042600e+02,
        4.34565877475229228821e+02,
        6.45387271733267880336e+02,
        4.29008140027567833386e+02,
        1.08635005541779435134e+02,
        6.57024977031928170135e+00,
        -6.04244152148580987438e-02,
    ];
    /// 1 / 0.35 <= |x| < 28
    pub const RB: [f64; 7] = [
        -9.86494292470009928597e-03,
        -7.99283237680523006574e-01,
        -1.77579549177547519889e+01,
        -1.60636384855821916062e+02,
        -6.37566443368389627722e+02,
        -1.02509513161107724954e+03,
        -4.83519191608651397019e+02,
    ];
    pub const SB: [f64; 8] = [
        1.0,
        3.03380607434824582924e+01,
        3.25792512996573918826e+02,
        1.53672958608443695994e+03,
        3.19985821950859553908e+03,
        2.55305040643316442583e+03,
        4.74528541206955367215e+02,
        -2.24409524465858183362e+01,
    ];
}
use coefficients::{EFX, ERX, PA, PP, QA, QQ, RA, RB, SA, SB};

/// A polynomial: pairs of terms, joined by even powers from below.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let square = x * x;
    let fourth = square * square;
    // x^0, x^2, x^4, x^6, x^8, as the reference multiplies them.
    let powers = [1.0, square, fourth, fourth * square, fourth * fourth];
    let mut pairs = coefficients.chunks(2).zip(powers).map(|(pair, power)| match *pair {
        [low, high] => (low + x * high, power),
        [low] => (low, power),
        _ => unreachable!("chunks of two"),
    });
    let (first, _) = pairs.next().expect("there are coefficients");
    pairs.fold(first, |sum, (term, power)| sum + power * term)
}

/// The ratio of polynomials for |x| < 0.84375: (erf(x) - x) / x.
fn near_zero(x: f64) -> f64 {
    let z = x * x;
    polynomial(&PP, z) / polynomial(&QQ, z)
}

/// erf(|x|) - ERX for 0.84375 <= |x| < 1.25.
fn near_one(magnitude: f64) -> f64 {
    let s = magnitude - 1.0;
    polynomial(&PA, s) / polynomial(&QA, s)
}

/// |x| × erfc(|x|) for 1.25 <= |x| < 28.
fn tail(magnitude: f64, split: u32) -> f64 {
    let s = 1.0 / (magnitude * magnitude);
    let ratio = if high_word(magnitude) < split {
        polynomial(&RA, s) / polynomial(&SA, s)
    } else {
        polynomial(&RB, s) / polynomial(&SB, s)
    };
    // The square is split, so that its rounding is not magnified.
    let z = f64::from_bits(magnitude.to_bits() & 0xffff_ffff_0000_0000);
    (-z * z - 0.5625).exp() * ((z - magnitude) * (z + magnitude) + ratio).exp()
}

fn high_word(x: f64) -> u32 {
    (x.to_bits() >> 32) as u32
}

/// The error function.
pub fn erf(x: f64) -> f64 {
    let magnitude = x.abs();
    if x.is_nan() {
        return x;
    }
    if magnitude < 0.84375 {
        if magnitude < 1.0 / TWO_28 {
            return if magnitude < 2.848094538889218e-306 {
                0.0625 * (16.0 * x + (16.0 * EFX) * x)
            } else {
                x + EFX * x
            };
        }
        return x + x * near_zero(x);
    }
    let result = if magnitude < 1.25 {
        ERX + near_one(magnitude)
    } else if magnitude >= 6.0 {
        1.0
    } else {
        1.0 - tail(magnitude, 0x4006_DB6E) / magnitude
    };
    result.copysign(x)
}

/// The complementary error function.
pub fn erfc(x: f64) -> f64 {
    let magnitude = x.abs();
    if x.is_nan() {
        return x;
    }
    if magnitude < 0.84375 {
        if magnitude < 2f64.powi(-56) {
            return 1.0 - x;
        }
        let y = near_zero(x);
        return if x < 0.25 { 1.0 - (x + x * y) } else { 0.5 - (x * y + (x - 0.5)) };
    }
    if magnitude < 1.25 {
        let y = near_one(magnitude);
        return if x > 0.0 { (1.0 - ERX) - y } else { 1.0 + (ERX + y) };
    }
    if magnitude >= 28.0 || x < -6.0 {
        return if x > 0.0 { 0.0 } else { 2.0 };
    }
    let rest = tail(magnitude, 0x4006_DB6D) / magnitude;
    if x > 0.0 { rest } else { 2.0 - rest }
}
