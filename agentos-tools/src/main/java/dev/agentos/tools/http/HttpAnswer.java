package dev.agentos.tools.http;

import java.util.List;
import java.util.Map;

/**
 * Answer to a request, after redirects.
 *
 * @param url where it came from in the end
 * @param headers in lower case; those of one name joined by commas
 * @param addresses what the hosts on the way stood for, the first host first
 */
record HttpAnswer(int status, HttpUrl url, Map<String, String> headers, Body body, List<String> addresses) {
    HttpAnswer {
        headers = Map.copyOf(headers);
        addresses = List.copyOf(addresses);
    }
}
