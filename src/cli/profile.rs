//! Where the time went.

use std::fmt::Write;
use std::time::Duration;

use super::command::ProfileForm;

/// Where a program ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it did not come to that.
    #[default]
    Nowhere,
    /// In this process.
    Here,
    /// On the daemon.
    Daemon,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Place::Nowhere => "nowhere",
            Place::Here => "in-process",
            Place::Daemon => "daemon",
        }
    }
}

/// What a program took that came to an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Compiling it, or finding it in the cache.
    pub compile: Duration,
    /// From its start to its end.
    pub run: Duration,
    /// All the rest of the exchange with the daemon.
    pub reply: Duration,
    /// Fuel burnt.
    pub fuel: u64,
    /// Instructions executed, about.
    pub instructions: u64,
    /// The most live memory it held.
    pub memory_peak_bytes: u64,
    /// Whether the compile cache had it.
    pub cached: bool,
}

/// Everything that `--profile` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Where it ran.
    pub place: Place,
    /// Finding and connecting to the daemon.
    pub connect: Duration,
    /// Nothing if it did not compile or was killed on the daemon.
    pub used: Option<Used>,
    /// From the first line of code to the last.
    pub total: Duration,
}

impl Profile {
    /// The text, a newline at its end.
    pub fn render(&self, form: ProfileForm) -> String {
        match form {
            ProfileForm::Text => self.text(),
            ProfileForm::Json => self.json(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("ran          {}\nconnect      {}\n", self.place.name(), time(self.connect));
        if let Some(used) = &self.used {
            let cached = if used.cached { " (cached)" } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "compile      {}{cached}\nrun          {}\nreply        {}\nfuel         {}\ninstructions {}\n\
                 peak memory  {} bytes\n",
                time(used.compile),
                time(used.run),
                time(used.reply),
                used.fuel,
                used.instructions,
                used.memory_peak_bytes,
            );
        }
        let _ = writeln!(text, "total        {}", time(self.total));
        text
    }

    fn json(&self) -> String {
        let micros = |duration: Duration| duration.as_nanos() as f64 / 1e3;
        let mut fields = serde_json::json!({
            "place": self.place.name(),
            "connect_us": micros(self.connect),
            "total_us": micros(self.total),
        });
        if let Some(used) = &self.used {
            fields["compile_us"] = micros(used.compile).into();
            fields["run_us"] = micros(used.run).into();
            fields["reply_us"] = micros(used.reply).into();
            fields["fuel"] = used.fuel.into();
            fields["instructions"] = used.instructions.into();
            fields["memory_peak_bytes"] = used.memory_peak_bytes.into();
            fields["cached"] = used.cached.into();
        }
        format!("{fields}\n")
    }
}

fn time(duration: Duration) -> String {
    format!("{:.3} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_readable_by_people_and_machines() {
        let used = Used {
            compile: Duration::from_micros(12),
            run: Duration::from_micros(1500),
            reply: Duration::ZERO,
            fuel: 7,
            instructions: 5,
            memory_peak_bytes: 4096,
            cached: true,
        };
        let profile = Profile { place: Place::Daemon, used: Some(used), ..Profile::default() };
        let text = profile.render(ProfileForm::Text);
        assert!(text.contains("compile      0.012 ms (cached)\nrun          1.500 ms\n"), "{text}");
        let json = profile.render(ProfileForm::Json);
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((json.matches('\n').count(), &parsed["run_us"]), (1, &1500.0.into()));
        assert_eq!(parsed["place"], "daemon");
    }
}
