#include "WebClient.h"

// The compiler notes every embedded file as a dependency: a change of one builds this file again, and nothing else.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char chat_chat_js[] = {
#embed "page/chat/chat.js"
};
static const unsigned char chat_connection_js[] = {
#embed "page/chat/connection.js"
};
static const unsigned char chat_outbox_js[] = {
#embed "page/chat/outbox.js"
};
static const unsigned char chat_room_js[] = {
#embed "page/chat/room.js"
};
static const unsigned char chat_timeline_js[] = {
#embed "page/chat/timeline.js"
};
static const unsigned char core_backoff_js[] = {
#embed "page/core/backoff.js"
};
static const unsigned char core_device_js[] = {
#embed "page/core/device.js"
};
static const unsigned char core_dom_js[] = {
#embed "page/core/dom.js"
};
static const unsigned char core_http_js[] = {
#embed "page/core/http.js"
};
static const unsigned char core_language_js[] = {
#embed "page/core/language.js"
};
static const unsigned char core_names_js[] = {
#embed "page/core/names.js"
};
static const unsigned char core_router_js[] = {
#embed "page/core/router.js"
};
static const unsigned char core_session_js[] = {
#embed "page/core/session.js"
};
static const unsigned char icon_svg[] = {
#embed "page/icon.svg"
};
static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char main_js[] = {
#embed "page/main.js"
};
static const unsigned char styles_base_css[] = {
#embed "page/styles/base.css"
};
static const unsigned char styles_forms_css[] = {
#embed "page/styles/forms.css"
};
static const unsigned char styles_layout_css[] = {
#embed "page/styles/layout.css"
};
static const unsigned char styles_messages_css[] = {
#embed "page/styles/messages.css"
};
static const unsigned char views_account_js[] = {
#embed "page/views/account.js"
};
static const unsigned char views_administration_js[] = {
#embed "page/views/administration.js"
};
static const unsigned char views_avatar_js[] = {
#embed "page/views/avatar.js"
};
static const unsigned char views_composer_js[] = {
#embed "page/views/composer.js"
};
static const unsigned char views_form_js[] = {
#embed "page/views/form.js"
};
static const unsigned char views_gate_js[] = {
#embed "page/views/gate.js"
};
static const unsigned char views_message_list_js[] = {
#embed "page/views/message-list.js"
};
static const unsigned char views_message_js[] = {
#embed "page/views/message.js"
};
static const unsigned char views_page_js[] = {
#embed "page/views/page.js"
};
static const unsigned char views_people_js[] = {
#embed "page/views/people.js"
};
static const unsigned char views_receipt_js[] = {
#embed "page/views/receipt.js"
};
static const unsigned char views_room_js[] = {
#embed "page/views/room.js"
};
static const unsigned char views_rooms_js[] = {
#embed "page/views/rooms.js"
};
static const unsigned char views_shell_js[] = {
#embed "page/views/shell.js"
};
static const unsigned char words_en_js[] = {
#embed "page/words/en.js"
};
static const unsigned char words_zh_hans_js[] = {
#embed "page/words/zh-Hans.js"
};

#define ASSET(path, bytes) {path, bytes, sizeof(bytes)}

static const struct web_client_asset assets[] = {
    ASSET("chat/chat.js", chat_chat_js),
    ASSET("chat/connection.js", chat_connection_js),
    ASSET("chat/outbox.js", chat_outbox_js),
    ASSET("chat/room.js", chat_room_js),
    ASSET("chat/timeline.js", chat_timeline_js),
    ASSET("core/backoff.js", core_backoff_js),
    ASSET("core/device.js", core_device_js),
    ASSET("core/dom.js", core_dom_js),
    ASSET("core/http.js", core_http_js),
    ASSET("core/language.js", core_language_js),
    ASSET("core/names.js", core_names_js),
    ASSET("core/router.js", core_router_js),
    ASSET("core/session.js", core_session_js),
    ASSET("icon.svg", icon_svg),
    ASSET("index.html", index_html),
    ASSET("main.js", main_js),
    ASSET("styles/base.css", styles_base_css),
    ASSET("styles/forms.css", styles_forms_css),
    ASSET("styles/layout.css", styles_layout_css),
    ASSET("styles/messages.css", styles_messages_css),
    ASSET("views/account.js", views_account_js),
    ASSET("views/administration.js", views_administration_js),
    ASSET("views/avatar.js", views_avatar_js),
    ASSET("views/composer.js", views_composer_js),
    ASSET("views/form.js", views_form_js),
    ASSET("views/gate.js", views_gate_js),
    ASSET("views/message-list.js", views_message_list_js),
    ASSET("views/message.js", views_message_js),
    ASSET("views/page.js", views_page_js),
    ASSET("views/people.js", views_people_js),
    ASSET("views/receipt.js", views_receipt_js),
    ASSET("views/room.js", views_room_js),
    ASSET("views/rooms.js", views_rooms_js),
    ASSET("views/shell.js", views_shell_js),
    ASSET("words/en.js", words_en_js),
    ASSET("words/zh-Hans.js", words_zh_hans_js),
};

size_t web_client_asset_count(void) { return sizeof(assets) / sizeof(assets[0]); }

const struct web_client_asset *web_client_asset_at(size_t index) {
    return index < web_client_asset_count() ? &assets[index] : NULL;
}
