from langsmith import Client, tracing_context
from langsmith.wrappers import wrap_openai
from openai import OpenAI

from standard import openai_both

client = Client()
openai_both(wrap_openai(OpenAI()), lambda session, user, metadata: tracing_context(
    metadata={"session_id": session, "user_id": user, **metadata}, enabled=True, client=client))
client.flush()
