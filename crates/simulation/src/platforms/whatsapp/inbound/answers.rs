//! A resident presses, chooses or fills in what a message of ours offers.

use serde_json::{Map, Value, json};

use super::super::super::Problem;
use super::super::accepted::{Accepted, QuickReply};
use super::super::wire::Incoming;

/// The button or row that was pressed, as the webhook tells it.
pub(super) fn pressed(message: &Accepted, choice: &str) -> Result<Map<String, Value>, Problem> {
    let (content, offered) = match message.kind.as_str() {
        "template" => (json!(message.quick_replies), quick_reply(&message.quick_replies, choice)),
        _ => (
            message.content["action"].clone(),
            reply(&message.content, choice).or_else(|| row(&message.content, choice)),
        ),
    };
    offered.ok_or_else(|| Problem::invalid(format!("the message offers no “{choice}”, but {content}")))
}

fn reply(content: &Value, choice: &str) -> Option<Map<String, Value>> {
    let buttons = content["action"]["buttons"].as_array()?;
    let found = buttons.iter().map(|button| &button["reply"]).find(|reply| is(reply, choice))?;
    Some(interactive("button_reply", &json!({"id": found["id"], "title": found["title"]})))
}

fn row(content: &Value, choice: &str) -> Option<Map<String, Value>> {
    let sections = content["action"]["sections"].as_array()?;
    let mut rows = sections.iter().filter_map(|section| section["rows"].as_array()).flatten();
    let found = rows.find(|row| is(row, choice))?;
    Some(interactive("list_reply", found))
}

/// A button is known by what stands on it, which is all that people see, or else by its payload.
fn quick_reply(offered: &[QuickReply], choice: &str) -> Option<Map<String, Value>> {
    let by_text = offered.iter().find(|reply| reply.text == choice);
    let found = by_text.or_else(|| offered.iter().find(|reply| reply.payload == choice))?;
    Some(Incoming::of("button", json!({"payload": found.payload, "text": found.text})))
}

fn is(offered: &Value, choice: &str) -> bool {
    offered["id"] == choice || offered["title"] == choice
}

/// A flow, filled in and sent.
pub(super) fn filled_in(message: &Accepted, answers: &Value) -> Result<Map<String, Value>, Problem> {
    if message.content["type"] != "flow" {
        return Err(Problem::invalid("the message is no flow"));
    }
    let Value::Object(mut answers) = answers.clone() else {
        return Err(Problem::invalid("answers is an object"));
    };
    if let Some(token) = message.content["action"]["parameters"]["flow_token"].as_str() {
        answers.insert("flow_token".to_owned(), json!(token));
    }
    let answers = Value::Object(answers).to_string();
    Ok(interactive(
        "nfm_reply",
        &json!({"response_json": answers, "body": "Sent", "name": "flow"}),
    ))
}

/// Calls allowed or refused.
pub(super) fn call_permission(accepts: bool) -> Map<String, Value> {
    let response = if accepts { "accept" } else { "reject" };
    interactive("call_permission_reply", &json!({"response": response, "response_source": "user_action"}))
}

fn interactive(kind: &str, object: &Value) -> Map<String, Value> {
    Incoming::of("interactive", json!({"type": kind, kind: object}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_with_its_description_and_a_button_without() {
        let list = json!({"action": {"sections": [{"rows": [{"id": "p", "title": "Papier", "description": "Blauw"}]}]}});
        let row = row(&list, "Papier").expect("a row");
        assert_eq!(
            row["interactive"]["list_reply"],
            json!({"id": "p", "title": "Papier", "description": "Blauw"})
        );
        let buttons =
            json!({"action": {"buttons": [{"type": "reply", "reply": {"id": "ja", "title": "Ja"}}]}});
        let reply = reply(&buttons, "ja").expect("a button");
        assert_eq!(reply["interactive"]["button_reply"], json!({"id": "ja", "title": "Ja"}));
        assert_eq!(super::reply(&buttons, "Nee"), None);
    }
}
