//! Fields as they can be.

use super::Field;
use crate::words::Words;

pub(crate) fn all(w: Words) -> Vec<Field> {
    vec![
        Field::text("naam", w.person_name())
            .help(w.person_name_help())
            .with("<script>alert(1)</script>"),
        Field::email("email", w.person_email()).with("\"><img src=x onerror=alert(1)>"),
        Field::password("wachtwoord", w.choose_password(), "new-password")
            .wrong(Some(w.choose_fault_short())),
        Field::text("kleur", w.look_brand()).help(w.look_brand_help()).may_be_empty(),
        Field::code("code", w.code_label()).help(w.code_help()).wrong(Some(w.code_wrong())),
    ]
}
