//! What makes up the description of a call.

use serde_json::{Map, Value, json};

use super::samples::Broken;
use super::text::schema;

/// A call as the document describes it.
#[derive(Debug)]
pub(super) struct Call {
    /// The group that it belongs to.
    pub(super) tag: &'static str,
    /// A few words.
    pub(super) summary: &'static str,
    /// What else is to be known.
    pub(super) description: &'static str,
    /// Its parameters beside those of its path, by their names in the document.
    pub(super) parameters: Vec<&'static str>,
    /// What it takes as its body.
    pub(super) body: Option<Value>,
    /// What it answers when all is well.
    pub(super) answers: Vec<(u16, Value)>,
    /// The codes of its own problems.
    pub(super) problems: Vec<&'static str>,
}

impl Call {
    pub(super) fn new(tag: &'static str, summary: &'static str, description: &'static str) -> Self {
        let (parameters, answers, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { tag, summary, description, parameters, body: None, answers, problems }
    }

    pub(super) fn parameters(mut self, names: &[&'static str]) -> Self {
        self.parameters.extend(names);
        self
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn answer(mut self, status: u16, answer: Value) -> Self {
        self.answers.push((status, answer));
        self
    }

    pub(super) fn problems(mut self, codes: &[&'static str]) -> Self {
        self.problems.extend(codes);
        self
    }
}

/// A request or an answer with a JSON body.
#[derive(Debug)]
pub(super) struct Content {
    description: &'static str,
    schema: Value,
    examples: Map<String, Value>,
    headers: Map<String, Value>,
    links: Map<String, Value>,
}

impl Content {
    /// Of the schema of this name.
    pub(super) fn of(description: &'static str, name: &str) -> Self {
        Self::with_schema(description, schema(name))
    }

    /// Of any schema.
    pub(super) fn with_schema(description: &'static str, schema: Value) -> Self {
        Self { description, schema, examples: Map::new(), headers: Map::new(), links: Map::new() }
    }

    /// A page of a list of this schema, with the example of one item.
    pub(super) fn page(description: &'static str, name: &str, items: &[Value], cursor: &str) -> Self {
        let list = json!({
            "type": "object",
            "properties": {
                "data": { "type": "array", "items": schema(name) },
                "next_cursor": { "type": ["string", "null"], "description": "Where the next page begins, if there is one." },
            },
            "required": ["data", "next_cursor"],
        });
        Self::with_schema(description, list).example("page", "A page", &json!({ "data": items, "next_cursor": cursor }))
    }

    pub(super) fn example(mut self, name: &str, summary: &str, value: &Value) -> Self {
        self.examples.insert(name.to_owned(), json!({ "summary": summary, "value": value }));
        self
    }

    pub(super) fn examples<'a>(self, examples: impl IntoIterator<Item = (&'a str, &'a str, Value)>) -> Self {
        examples.into_iter().fold(self, |content, (name, summary, value)| content.example(name, summary, &value))
    }

    /// Examples among those that answers share.
    pub(super) fn shared_examples(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.examples.extend(
            names.into_iter().map(|name| (name.clone(), json!({ "$ref": format!("#/components/examples/{name}") }))),
        );
        self
    }

    pub(super) fn header(mut self, name: &str, description: &str, example: &str) -> Self {
        let header =
            json!({ "description": description, "required": true, "schema": { "type": "string" }, "example": example });
        self.headers.insert(name.to_owned(), header);
        self
    }

    /// What can be called next, with what it takes from this answer.
    pub(super) fn link(mut self, operation_id: &str, parameters: &Value) -> Self {
        self.links.insert(operation_id.to_owned(), json!({ "operationId": operation_id, "parameters": parameters }));
        self
    }

    fn media(schema: &Value, examples: &Map<String, Value>) -> Value {
        if examples.is_empty() {
            json!({ "schema": schema })
        } else {
            json!({ "schema": schema, "examples": examples })
        }
    }

    /// As an answer.
    pub(super) fn answer(self) -> Value {
        let mut answer = json!({
            "description": self.description,
            "content": { "application/json": Self::media(&self.schema, &self.examples) },
        });
        for (name, members) in [("headers", self.headers), ("links", self.links)] {
            if !members.is_empty() {
                answer[name] = Value::Object(members);
            }
        }
        answer
    }

    /// As the body of a request in JSON that may be left out.
    pub(super) fn optional_body(self) -> Value {
        let mut body = self.body(&["application/json"]);
        body["required"] = json!(false);
        body
    }

    /// As the body of a request, of one of these content types.
    pub(super) fn body(self, content_types: &[&str]) -> Value {
        let media = Self::media(&self.schema, &self.examples);
        let content: Map<String, Value> =
            content_types.iter().map(|content_type| ((*content_type).to_owned(), media.clone())).collect();
        json!({ "description": self.description, "required": true, "content": content })
    }
}

/// A description that may fail for an example that is none.
pub(super) type Described = Result<Call, Broken>;
