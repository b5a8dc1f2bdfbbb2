#include "WebClient.h"

// The compiler notes every embedded file as a dependency: a change of one builds this file again, and nothing else.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char chat_chat_js[] = {
#embed "page/chat/chat.js"
};
static const unsigned char chat_connection_js[] = {
#embed "page/chat/connection.js"
};
static const unsigned char chat_history_js[] = {
#embed "page/chat/history.js"
};
static const unsigned char chat_outbox_js[] = {
#embed "page/chat/outbox.js"
};
static const unsigned char chat_presence_js[] = {
#embed "page/chat/presence.js"
};
static const unsigned char chat_reactions_js[] = {
#embed "page/chat/reactions.js"
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
static const unsigned char core_notifications_js[] = {
#embed "page/core/notifications.js"
};
static const unsigned char core_router_js[] = {
#embed "page/core/router.js"
};
static const unsigned char core_rows_js[] = {
#embed "page/core/rows.js"
};
static const unsigned char core_session_js[] = {
#embed "page/core/session.js"
};
static const unsigned char core_store_js[] = {
#embed "page/core/store.js"
};
static const unsigned char core_theme_js[] = {
#embed "page/core/theme.js"
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
static const unsigned char styles_side_css[] = {
#embed "page/styles/side.css"
};
static const unsigned char text_inline_js[] = {
#embed "page/text/inline.js"
};
static const unsigned char text_markdown_js[] = {
#embed "page/text/markdown.js"
};
static const unsigned char text_plain_js[] = {
#embed "page/text/plain.js"
};
static const unsigned char views_account_js[] = {
#embed "page/views/account.js"
};
static const unsigned char views_admin_audit_js[] = {
#embed "page/views/admin-audit.js"
};
static const unsigned char views_admin_invites_js[] = {
#embed "page/views/admin-invites.js"
};
static const unsigned char views_admin_users_js[] = {
#embed "page/views/admin-users.js"
};
static const unsigned char views_administration_js[] = {
#embed "page/views/administration.js"
};
static const unsigned char views_attachment_js[] = {
#embed "page/views/attachment.js"
};
static const unsigned char views_avatar_js[] = {
#embed "page/views/avatar.js"
};
static const unsigned char views_composer_js[] = {
#embed "page/views/composer.js"
};
static const unsigned char views_dialog_js[] = {
#embed "page/views/dialog.js"
};
static const unsigned char views_emoji_js[] = {
#embed "page/views/emoji.js"
};
static const unsigned char views_form_js[] = {
#embed "page/views/form.js"
};
static const unsigned char views_gate_js[] = {
#embed "page/views/gate.js"
};
static const unsigned char views_icons_js[] = {
#embed "page/views/icons.js"
};
static const unsigned char views_members_panel_js[] = {
#embed "page/views/members-panel.js"
};
static const unsigned char views_mention_completion_js[] = {
#embed "page/views/mention-completion.js"
};
static const unsigned char views_message_list_js[] = {
#embed "page/views/message-list.js"
};
static const unsigned char views_message_tools_js[] = {
#embed "page/views/message-tools.js"
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
static const unsigned char views_room_settings_js[] = {
#embed "page/views/room-settings.js"
};
static const unsigned char views_room_js[] = {
#embed "page/views/room.js"
};
static const unsigned char views_rooms_js[] = {
#embed "page/views/rooms.js"
};
static const unsigned char views_search_panel_js[] = {
#embed "page/views/search-panel.js"
};
static const unsigned char views_second_factor_js[] = {
#embed "page/views/second-factor.js"
};
static const unsigned char views_shell_js[] = {
#embed "page/views/shell.js"
};
static const unsigned char views_side_panel_js[] = {
#embed "page/views/side-panel.js"
};
static const unsigned char views_upload_tray_js[] = {
#embed "page/views/upload-tray.js"
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
    ASSET("chat/history.js", chat_history_js),
    ASSET("chat/outbox.js", chat_outbox_js),
    ASSET("chat/presence.js", chat_presence_js),
    ASSET("chat/reactions.js", chat_reactions_js),
    ASSET("chat/room.js", chat_room_js),
    ASSET("chat/timeline.js", chat_timeline_js),
    ASSET("core/backoff.js", core_backoff_js),
    ASSET("core/device.js", core_device_js),
    ASSET("core/dom.js", core_dom_js),
    ASSET("core/http.js", core_http_js),
    ASSET("core/language.js", core_language_js),
    ASSET("core/names.js", core_names_js),
    ASSET("core/notifications.js", core_notifications_js),
    ASSET("core/router.js", core_router_js),
    ASSET("core/rows.js", core_rows_js),
    ASSET("core/session.js", core_session_js),
    ASSET("core/store.js", core_store_js),
    ASSET("core/theme.js", core_theme_js),
    ASSET("icon.svg", icon_svg),
    ASSET("index.html", index_html),
    ASSET("main.js", main_js),
    ASSET("styles/base.css", styles_base_css),
    ASSET("styles/forms.css", styles_forms_css),
    ASSET("styles/layout.css", styles_layout_css),
    ASSET("styles/messages.css", styles_messages_css),
    ASSET("styles/side.css", styles_side_css),
    ASSET("text/inline.js", text_inline_js),
    ASSET("text/markdown.js", text_markdown_js),
    ASSET("text/plain.js", text_plain_js),
    ASSET("views/account.js", views_account_js),
    ASSET("views/admin-audit.js", views_admin_audit_js),
    ASSET("views/admin-invites.js", views_admin_invites_js),
    ASSET("views/admin-users.js", views_admin_users_js),
    ASSET("views/administration.js", views_administration_js),
    ASSET("views/attachment.js", views_attachment_js),
    ASSET("views/avatar.js", views_avatar_js),
    ASSET("views/composer.js", views_composer_js),
    ASSET("views/dialog.js", views_dialog_js),
    ASSET("views/emoji.js", views_emoji_js),
    ASSET("views/form.js", views_form_js),
    ASSET("views/gate.js", views_gate_js),
    ASSET("views/icons.js", views_icons_js),
    ASSET("views/members-panel.js", views_members_panel_js),
    ASSET("views/mention-completion.js", views_mention_completion_js),
    ASSET("views/message-list.js", views_message_list_js),
    ASSET("views/message-tools.js", views_message_tools_js),
    ASSET("views/message.js", views_message_js),
    ASSET("views/page.js", views_page_js),
    ASSET("views/people.js", views_people_js),
    ASSET("views/receipt.js", views_receipt_js),
    ASSET("views/room-settings.js", views_room_settings_js),
    ASSET("views/room.js", views_room_js),
    ASSET("views/rooms.js", views_rooms_js),
    ASSET("views/search-panel.js", views_search_panel_js),
    ASSET("views/second-factor.js", views_second_factor_js),
    ASSET("views/shell.js", views_shell_js),
    ASSET("views/side-panel.js", views_side_panel_js),
    ASSET("views/upload-tray.js", views_upload_tray_js),
    ASSET("words/en.js", words_en_js),
    ASSET("words/zh-Hans.js", words_zh_hans_js),
};

size_t web_client_asset_count(void) { return sizeof(assets) / sizeof(assets[0]); }

const struct web_client_asset *web_client_asset_at(size_t index) {
    return index < web_client_asset_count() ? &assets[index] : NULL;
}
