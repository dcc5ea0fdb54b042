//! Enums that are keywords in the dialect's text.

/// Gives a fieldless enum its keywords: `keyword()`, `Display` and `FromStr`,
/// spelt as in `FidelityAttributes.td`.
macro_rules! keywords {
    ($type:ty { $($variant:ident = $keyword:literal),+ $(,)? }) => {
        impl $type {
            /// The keyword that stands for this value in the dialect's text.
            pub const fn keyword(self) -> &'static str {
                match self {
                    $(Self::$variant => $keyword,)+
                }
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.keyword())
            }
        }

        impl ::std::str::FromStr for $type {
            type Err = $crate::Error;

            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                match text {
                    $($keyword => Ok(Self::$variant),)+
                    _ => Err($crate::Error::value(
                        concat!("one of" $(, " `", $keyword, "`")+),
                        format!("`{text}`"),
                    )),
                }
            }
        }
    };
}

pub(crate) use keywords;
